package dev.backstitch.loadtest.contest;

import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Meter;
import dev.backstitch.loadtest.meter.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// Every engine does every workload that it can do, in turns, round after round.
///
/// Belongs to one thread. Closing it ends all engines.
public final class Contest implements AutoCloseable {
  /// The first time an engine does a workload its code is compiled while it runs.
  private static final int FIRST_WARM_UP = 2;

  private static final int LATER_WARM_UP = 8;

  private final Arena arena;
  private final Plan plan;
  private final Function<Contender, String> classPaths;
  private final Map<Contender, Entrant> entrants = new EnumMap<>(Contender.class);

  /// What is to be done.
  ///
  /// @param inFlight how many runs are open at a time, except where the workload is one at a time
  /// @param time of each measurement
  /// @param atMostRuns of each measurement
  public record Plan(
      List<Workload> workloads,
      List<Contender> contenders,
      int rounds,
      int inFlight,
      Duration time,
      long atMostRuns) {

    /// Copies the lists.
    public Plan {
      workloads = List.copyOf(workloads);
      contenders = List.copyOf(contenders);
    }
  }

  /// An engine's process, and where it works.
  private record Entrant(EngineHandle engine, Ground ground, Meter meter) {}

  /// @param classPaths on which each engine is found
  public Contest(Arena arena, Plan plan, Function<Contender, String> classPaths) {
    this.arena = arena;
    this.plan = plan;
    this.classPaths = classPaths;
  }

  /// Measures everything.
  ///
  /// @param progress told what is being done
  /// @throws dev.backstitch.api.command.CommandFailedException if an engine fails
  public List<Row> run(Consumer<String> progress) {
    List<Row> rows = new ArrayList<>();
    for (Workload workload : plan.workloads()) {
      List<Contender> able = plan.contenders().stream().filter(c -> c.does(workload)).toList();
      Map<Contender, List<Measurement>> measured = new EnumMap<>(Contender.class);
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Contender contender : able) {
          progress.accept(
              "%s: %s, round %d of %d".formatted(workload, contender, round, plan.rounds()));
          measured
              .computeIfAbsent(contender, _ -> new ArrayList<>())
              .add(measure(workload, contender, round == 1));
        }
      }
      measured.forEach((contender, rounds) -> rows.add(Row.of(workload, contender, rounds)));
    }
    return rows;
  }

  private Measurement measure(Workload workload, Contender contender, boolean first) {
    Entrant entrant = entrants.computeIfAbsent(contender, this::enter);
    entrant.engine().open(entrant.ground());
    int inFlight = workload == Workload.LATENCY_3 ? 1 : plan.inFlight();
    Duration warmUp = plan.time().dividedBy(first ? FIRST_WARM_UP : LATER_WARM_UP);
    entrant.engine().perform(new Work(workload.steps(), inFlight, plan.atMostRuns(), warmUp));
    Reading before = entrant.meter().read();
    Answer.Performed done =
        entrant
            .engine()
            .perform(new Work(workload.steps(), inFlight, plan.atMostRuns(), plan.time()));
    Cost cost = before.until(entrant.meter().read());
    entrant.engine().closeSession();
    return Measurement.of(workload, done, cost);
  }

  private Entrant enter(Contender contender) {
    Ground ground = arena.prepare(contender);
    EngineHandle engine =
        EngineHandle.start(contender, classPaths.apply(contender), arena.folder());
    return new Entrant(engine, ground, Arena.meter(ground, engine.processId()));
  }

  @Override
  public void close() {
    entrants.values().forEach(entrant -> entrant.engine().close());
  }
}
