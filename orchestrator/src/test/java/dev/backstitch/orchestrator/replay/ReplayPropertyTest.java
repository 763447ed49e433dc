package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// Random programs, random answers in random order: whatever happened, replay agrees with it.
///
/// A failure names its seed; run it again with `-Dbackstitch.seed=...`.
final class ReplayPropertyTest {
  private static final int PROGRAMS = Integer.getInteger("backstitch.programs", 2000);
  private static final int MOST_EVENTS = 80;
  private static final int PREFIXES = 6;

  private final Catalog catalog =
      SimulatedRun.catalog(registry -> registry.workflow("random-program", RandomProgram::new));

  @Test
  void replaying_any_prefix_yields_a_prefix_of_the_same_commands(TestReporter reporter) {
    long seed = Long.getLong("backstitch.seed", System.nanoTime());
    reporter.publishEntry("backstitch.seed", Long.toString(seed));
    SplittableRandom seeds = new SplittableRandom(seed);
    int events = 0;
    int ended = 0;

    for (int i = 0; i < PROGRAMS; i++) {
      SplittableRandom chance = seeds.split();
      RunId id = new RunId(chance.nextLong() >>> 1);
      SimulatedRun run =
          SimulatedRun.start(
                  id, catalog, "random-program", Long.toString(chance.nextInt(1_000_000)))
              .happenByChance(chance, MOST_EVENTS);

      assertThat(run.replayer().divergence()).as("seed %s\n%s", seed, run.print()).isEmpty();
      for (int prefix : prefixes(run.history().size(), chance)) {
        assertReplays(id, run, prefix, seed);
      }
      run.replayer().abandon();
      events += run.history().size();
      ended += run.isOver() ? 1 : 0;
    }

    // The programs would prove little if they were trivial, or never came to their end.
    assertThat(events).isGreaterThan(PROGRAMS * 10);
    assertThat(ended).isBetween(PROGRAMS / 3, PROGRAMS);
  }

  private void assertReplays(RunId id, SimulatedRun run, int prefix, long seed) {
    Replayer again = new Replayer(id, catalog, SimulatedRun.CODEC);

    List<Event> commands = again.replay(run.history().subList(0, prefix));

    String story = "seed %s, replay of the first %s of%n%s".formatted(seed, prefix, run.print());
    assertThat(again.divergence()).as(story).isEmpty();
    assertThat(commands).as(story).isEqualTo(commandsBehind(run.history(), prefix));
    again.abandon();
  }

  /// The whole history, its beginning, and some places in between.
  private static List<Integer> prefixes(int size, SplittableRandom chance) {
    List<Integer> prefixes = new ArrayList<>(List.of(1, size));
    for (int i = 0; i < PREFIXES; i++) {
      prefixes.add(1 + chance.nextInt(size));
    }
    return prefixes;
  }

  private static List<Event> commandsBehind(List<RecordedEvent> history, int prefix) {
    return history.subList(prefix, history.size()).stream()
        .map(RecordedEvent::event)
        .takeWhile(
            event -> !(event instanceof Event.OutcomeEvent || event instanceof Event.MessageEvent))
        .filter(event -> !(event instanceof Event.AttemptEvent))
        .toList();
  }
}
