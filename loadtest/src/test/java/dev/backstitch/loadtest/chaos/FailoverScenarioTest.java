package dev.backstitch.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the scenario `failover` counts what it says was open, and notices what is missing; and
/// whether a killed worker's runs have an owner again long before its lease is over.
@Tag("alone")
final class FailoverScenarioTest {
  private static final Logger log = LoggerFactory.getLogger(FailoverScenarioTest.class);

  /// So long that only the end of its session can have told the others that a worker is dead; and
  /// that a frozen one, which keeps its session, is dead to nobody.
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SLEEPERS = 40;

  @Test
  void
      runs_of_a_killed_worker_are_owned_again_within_its_lease_and_those_of_a_frozen_one_are_not_seen()
          throws Exception {
    Path folder = Files.createTempDirectory("backstitch-chaos-");
    Failover.Summary summary;
    try (Stage stage = Stage.set(new Stage.Setting(folder, 2, LEASE))) {
      summary =
          new Failover(new Failover.Terms(SLEEPERS, 1, 1, 4, 1, LEASE, PATIENCE), stage, log::info)
              .measure();
    }

    assertThat(summary.findings()).as("%s", summary).isEmpty();
    assertThat(summary.openRuns()).isGreaterThanOrEqualTo(SLEEPERS);
    assertThat(summary.struck())
        .extracting(Failover.Struck::how)
        .containsExactly("kill -9", "SIGSTOP");
    assertThat(summary.struck().getFirst().open()).isEqualTo(summary.openRuns());
    assertThat(summary.struck())
        .allSatisfy(struck -> {
          assertThat(struck.stillOpen()).isBetween(SLEEPERS, struck.open());
          assertThat(struck.missing()).isEmpty();
        });
    assertThat(summary.kill().times()).as("%s", summary).isEqualTo(1);
    assertThat(summary.kill().max()).isLessThanOrEqualTo(PATIENCE.toMillis());
    assertThat(summary.freeze().times()).isZero();
    assertThat(summary.recoveriesNotSeen()).isEqualTo(1);
    assertThat(summary.freezeGoalHeld()).isFalse();
    assertThat(ChaosCommand.exitCode(summary, false)).isEqualTo(1);
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
        new Failover.Struck("kill -9", 10, 500L, 20, 19, List.of("2 is not there"));

    Failover.Summary summary = Failover.summary(List.of(struck), clean, LEASE);

    assertThat(summary.openRuns()).isEqualTo(20);
    assertThat(summary.lost()).isEqualTo(1);
    assertThat(summary.isClean()).isFalse();
    assertThat(summary.findings()).containsExactly("lost: open before kill -9: 2 is not there");
    assertThat(ChaosCommand.exitCode(summary, false)).isEqualTo(1);
  }

  @Test
  void a_missed_goal_is_a_failure_when_asked_to_be_and_a_recovery_that_nobody_saw_always() {
    Failover.Summary slow = after(5_001L);
    Failover.Summary quick = after(2_000L);
    Failover.Summary never = after(null);

    assertThat(quick.goalsHeld()).isTrue();
    assertThat(ChaosCommand.exitCode(quick, true)).isZero();
    assertThat(slow.goalsHeld()).isFalse();
    assertThat(ChaosCommand.exitCode(slow, false)).isZero();
    assertThat(ChaosCommand.exitCode(slow, true)).isEqualTo(1);
    assertThat(never.goalsHeld()).isFalse();
    assertThat(ChaosCommand.exitCode(never, false)).isEqualTo(1);
    assertThat(ChaosText.of(never)).contains("recoveries not seen: 1");
  }

  private static Failover.Summary after(@Nullable Long recoveryMillis) {
    Proof clean = new Proof(List.of(), List.of(), List.of(), 0, new ChaosStore.Totals(1, 1, 1));
    return Failover.summary(
        List.of(new Failover.Struck("kill -9", 10, recoveryMillis, 20, 20, List.of())),
        clean,
        LEASE);
  }

  private static String id(List<Long> open, int place) {
    return new RunId(open.get(place - 1)).toString();
  }
}
