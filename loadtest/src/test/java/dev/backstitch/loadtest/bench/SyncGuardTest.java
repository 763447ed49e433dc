package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sync beside the pollers that were there before, in the same round: a third of a class, a
/// quarter of GitHub's latencies. The bounds are far from what is measured; only a sync that asks
/// for one student after the other would miss them.
@Tag("alone")
final class SyncGuardTest {
  private static final Logger log = LoggerFactory.getLogger(SyncGuardTest.class);
  private static final int ROUNDS = 3;
  private static final SimulatorConfig CONFIG =
      SimulatorConfig.likeGitHub()
          .withStudents(60)
          .withLatency(Duration.ofMillis(88), Duration.ofMillis(30));

  @Test
  void a_sync_beats_the_serial_poller_and_keeps_up_with_eight_threads() throws Exception {
    List<List<SyncComparison.Row>> rounds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      try (TestDatabase database = TestDatabase.create()) {
        rounds.add(
            new SyncComparison(CONFIG, _ -> {})
                .run(
                    new DatabaseAddress(database.jdbcUrl(), database.user(), database.password())));
      }
    }

    assertThat(seconds(rounds, "serial", "cold")).isGreaterThan(1.5);
    assertThat(seconds(rounds, "serial", "ten-changed")).isGreaterThan(1.5);
    assertThat(seconds(rounds, "serial", "idle")).isGreaterThan(2);
    assertThat(seconds(rounds, "threads-8", "cold")).isGreaterThan(0.3);
    // No machine changes these.
    assertThat(ratio(rounds, "serial", "ten-changed", SyncComparison.Row::requests))
        .isGreaterThan(8);
    assertThat(ratio(rounds, "threads-8", "cold", SyncComparison.Row::requests)).isGreaterThan(4);
    assertThat(ratio(rounds, "threads-8", "cold", SyncComparison.Row::commits)).isEqualTo(3);
  }

  private static double seconds(
      List<List<SyncComparison.Row>> rounds, String way, String scenario) {
    return ratio(rounds, way, scenario, SyncComparison.Row::seconds);
  }

  /// A poller's figure by ours of the same round, the median of all rounds.
  private static double ratio(
      List<List<SyncComparison.Row>> rounds,
      String way,
      String scenario,
      ToDoubleFunction<SyncComparison.Row> figure) {
    List<Double> ratios =
        rounds.stream()
            .map(round ->
                figure.applyAsDouble(row(round, way, scenario))
                    / figure.applyAsDouble(row(round, "backstitch", scenario)))
            .sorted()
            .toList();
    log.info("event=ratio way={} scenario={} to_backstitch={}", way, scenario, ratios);
    return ratios.get(ROUNDS / 2);
  }

  private static SyncComparison.Row row(
      List<SyncComparison.Row> round, String way, String scenario) {
    return round.stream()
        .filter(row -> row.way().equals(way) && row.scenario().equals(scenario))
        .findFirst()
        .orElseThrow();
  }
}
