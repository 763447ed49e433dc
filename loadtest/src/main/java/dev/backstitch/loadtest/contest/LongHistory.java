package dev.backstitch.loadtest.contest;

import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a step costs at the beginning of a history and far into it: some runs are stopped at each
/// length and then taken further by a few steps at a time.
final class LongHistory {
  private static final List<Integer> LENGTHS = List.of(100, 1_000, 5_000, 50_000);

  /// Beyond this one step of the blob rewrites tens of megabytes.
  private static final int LONGEST_BLOB = 5_000;

  private static final int RUNS = 32;
  private static final int STRETCHES = 3;
  private static final int STEPS = 150;
  private static final int WARM_UP_STEPS = 10;
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  private LongHistory() {}

  /// Measures at every length, as long as the plan's bound on runs leaves room for its steps.
  static Map<String, List<Measurement>> measure(
      Contender contender, Contest.Entrant entrant, Contest.Plan plan) {
    int runs = (int) Math.min(RUNS, plan.atMostRuns());
    EngineHandle engine = entrant.engine();
    engine.open(entrant.ground());
    // The first length would otherwise be the one at which code is compiled.
    engine.perform(new Work(WARM_UP_STEPS, plan.inFlight(), plan.atMostRuns(), WARM_UP));
    Map<String, List<Measurement>> figures = new LinkedHashMap<>();
    for (int length : LENGTHS) {
      boolean tooLong =
          (contender == Contender.BASELINE_BLOB && length > LONGEST_BLOB)
              || length > plan.atMostRuns() * LENGTHS.getFirst();
      if (!tooLong) {
        engine.far(length, runs);
        List<Measurement> stretches = new ArrayList<>();
        for (int i = 0; i < STRETCHES; i++) {
          Reading before = entrant.meter().read();
          long steps = engine.near(STEPS);
          Cost cost = before.until(entrant.meter().read());
          stretches.add(Measurement.of(steps, cost));
        }
        figures.put("us/step at event " + length, stretches);
      }
    }
    engine.closeSession();
    return figures;
  }
}
