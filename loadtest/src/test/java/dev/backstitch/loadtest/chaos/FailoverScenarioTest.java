package dev.backstitch.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the scenario `failover` counts what it says was open, and notices what is missing.
final class FailoverScenarioTest {
  private static final Logger log = LoggerFactory.getLogger(FailoverScenarioTest.class);
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final int SLEEPERS = 40;

  @Test
  void what_is_open_when_a_worker_is_killed_is_counted_and_none_of_it_is_missing()
      throws Exception {
    Path folder = Files.createTempDirectory("backstitch-chaos-");
    Failover.Summary summary;
    try (Stage stage = Stage.set(new Stage.Setting(folder, 2, LEASE))) {
      summary =
          new Failover(new Failover.Terms(SLEEPERS, 1, 0, 4, 1, LEASE), stage, log::info).measure();
    }

    assertThat(summary.findings()).as("%s", summary).isEmpty();
    assertThat(summary.isClean()).isTrue();
    assertThat(summary.openRuns()).isGreaterThanOrEqualTo(SLEEPERS);
    assertThat(summary.struck())
        .singleElement()
        .satisfies(struck -> {
          assertThat(struck.open()).isEqualTo(summary.openRuns());
          assertThat(struck.stillOpen()).isBetween(SLEEPERS, struck.open());
          assertThat(struck.missing()).isEmpty();
        });
    ChaosCommand.remove(folder);
  }

  @Test
  void a_run_that_was_open_and_is_neither_open_nor_ended_is_missing() {
    try (TestDatabase database = TestDatabase.create()) {
      Jdbi jdbi = Jdbi.create(database.dataSource());
      jdbi.useHandle(handle -> {
        handle.execute(
            """
            insert into backstitch.run (run_id, workflow, build, wake_at, created_at)
            select backstitch.first_run_id_at(now()) + n, case when n <= 3 then 'sleeper' else 'chaos' end, 'b', now(), now()
            from generate_series(1, 8) as n
            """);
        List<Long> open = ChaosStore.allOpen(handle);
        assertThat(open).hasSize(8);
        assertThat(ChaosStore.openSleepers(handle)).isEqualTo(3);
        assertThat(ChaosStore.missing(handle, open)).isEmpty();

        // The first and the fourth stay open, the fifth ends as runs do.
        for (int gone : List.of(2, 6)) {
          handle.execute("delete from backstitch.run where run_id = ?", open.get(gone - 1));
        }
        for (int ended : List.of(3, 5, 7)) {
          handle.execute(
              """
              update backstitch.run
              set status = 'COMPLETED', closed_at = now(), wake_at = null
              where run_id = ?
              """,
              open.get(ended - 1));
        }
        for (int told : List.of(3, 5)) {
          handle.execute(
              """
              insert into backstitch.history
                (run_id, seq, event_type, occurred_at, worker_id, payload)
              values (?, 1, 'RunCompleted', now(), 1, '{}')
              """,
              open.get(told - 1));
        }
        handle.execute(
            "update backstitch.run set status = 'STUCK', problem = 'BST-X' where run_id = ?",
            open.get(7));

        assertThat(ChaosStore.missing(handle, open))
            .satisfiesExactly(
                two -> assertThat(two).isEqualTo(id(open, 2) + " is not there"),
                three ->
                    assertThat(three).isEqualTo(id(open, 3) + " was to sleep, and is COMPLETED"),
                six -> assertThat(six).isEqualTo(id(open, 6) + " is not there"),
                seven -> assertThat(seven).startsWith(id(open, 7) + " is COMPLETED without"),
                eight -> assertThat(eight).isEqualTo(id(open, 8) + " is stuck: BST-X"));
        assertThat(ChaosStore.stillOpen(handle, open)).isEqualTo(3);
        assertThat(ChaosStore.stuck(handle, 10))
            .singleElement()
            .asString()
            .contains("of chaos is stuck: BST-X");
      });
    }
  }

  @Test
  void a_missing_run_is_lost_and_the_summary_is_not_clean() {
    Proof clean = new Proof(List.of(), List.of(), List.of(), 0, new ChaosStore.Totals(1, 1, 1));
    Failover.Struck struck =
        new Failover.Struck("kill -9", 10, 500, 20, 19, List.of("2 is not there"));

    Failover.Summary summary = Failover.summary(List.of(struck), clean, LEASE);

    assertThat(summary.openRuns()).isEqualTo(20);
    assertThat(summary.lost()).isEqualTo(1);
    assertThat(summary.isClean()).isFalse();
    assertThat(summary.findings()).containsExactly("lost: open before kill -9: 2 is not there");
  }

  private static String id(List<Long> open, int place) {
    return new RunId(open.get(place - 1)).toString();
  }
}
