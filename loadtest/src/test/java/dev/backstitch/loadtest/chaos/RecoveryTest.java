package dev.backstitch.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.loadtest.chaos.FaultPlan.Kind;
import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// When a recovery is seen, and what becomes of one that is not.
@Tag("alone")
final class RecoveryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Of a process that lives: this one.
  private static final long PID = ProcessHandle.current().pid();

  /// Larger than that of any process (`/proc/sys/kernel/pid_max` is 4,194,304 at the most).
  private static final long NO_PID = 5_000_000;

  private final TestDatabase database = TestDatabase.create();
  private final Jdbi jdbi = Jdbi.create(database.dataSource());
  private final RecoveryTimes times = new RecoveryTimes();
  private long run;

  @BeforeEach
  void beginRuns() {
    jdbi.useHandle(handle -> {
      run =
          handle
              .createQuery("select backstitch.first_run_id_at(clock_timestamp())")
              .mapTo(Long.class)
              .one();
      handle.execute(
          """
          insert into backstitch.worker (worker_id, host, process_id, build, lease)
          overriding system value
          values (1, 'h', %d, 'b', interval '10 seconds'), (2, 'h', 2, 'b', interval '10 seconds')
          """
              .formatted(PID));
      handle.execute(
          """
          insert into backstitch.run (run_id, workflow, build, worker_id, created_at)
          values (?, 'chaos', 'b', 1, now())
          """,
          run);
    });
    write(1, "now()", 1);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private void write(int seq, String at, long worker) {
    jdbi.useHandle(handle ->
        handle.execute(
            "insert into backstitch.history (run_id, seq, event_type, occurred_at, worker_id, payload)"
                + " values (%d, %d, 'ValueRecorded', %s, %d, '{}')"
                    .formatted(run, seq, at, worker)));
  }

  private ProgressWatch.Before before(long pid) {
    return new ProgressWatch.Before(
        jdbi.withHandle(ChaosStore::now),
        System.nanoTime(),
        List.of(new ProgressWatch.Writer(pid, List.of(run))));
  }

  @Test
  void a_worker_goes_on_when_it_has_written_something_that_it_made_since() {
    try (ProgressWatch watch = new ProgressWatch(jdbi, times)) {
      watch.struck(Kind.CUT, before(PID));
      // Made before, and another one's.
      write(2, "now() - interval '1 minute'", 1);
      write(3, "now() + interval '1 minute'", 2);
      assertThat(times.notSeen()).isEqualTo(1);
      assertThat(times.of(Kind.CUT)).isEmpty();

      write(4, "now() + interval '1 minute'", 1);

      await().atMost(PATIENCE).until(() -> times.of(Kind.CUT).size() == 1);
      assertThat(times.notSeen()).isZero();
    }
  }

  @Test
  void what_another_fault_ended_is_no_recovery_and_is_not_missed() {
    try (ProgressWatch watch = new ProgressWatch(jdbi, times)) {
      watch.struck(Kind.CUT, before(NO_PID));

      await().atMost(PATIENCE).until(() -> times.notSeen() == 0);
      assertThat(times.of(Kind.CUT)).isEmpty();
    }
  }

  @Test
  void nobody_is_expected_to_go_on_when_all_is_over() {
    try (ProgressWatch watch = new ProgressWatch(jdbi, times)) {
      watch.struck(Kind.STALL, before(PID));
      assertThat(times.notSeen()).isEqualTo(1);
    }

    assertThat(times.notSeen()).isZero();
    assertThat(times.of(Kind.STALL)).isEmpty();
  }

  @Test
  void runs_that_nobody_owns_again_are_counted_as_not_seen() {
    try (RecoveryWatch watch = new RecoveryWatch(jdbi, times)) {
      watch.struck(new RecoveryWatch.Before(Kind.KILL, 1, List.of(run)));
      assertThat(times.notSeen()).isEqualTo(1);
    }

    // Closed is closed: it has looked for the last time.
    assertThat(times.of(Kind.KILL)).isEmpty();
    assertThat(times.notSeen()).isEqualTo(1);
  }

  @Test
  void runs_that_another_worker_has_are_owned_again() {
    try (RecoveryWatch watch = new RecoveryWatch(jdbi, times)) {
      watch.struck(new RecoveryWatch.Before(Kind.KILL, 1, List.of(run)));
      jdbi.useHandle(handle -> handle.execute("update backstitch.run set worker_id = 2"));

      await().atMost(PATIENCE).until(() -> times.of(Kind.KILL).size() == 1);
      assertThat(times.of(RecoveryWatch.KINDS)).isEqualTo(times.of(Kind.KILL));
      assertThat(times.notSeen()).isZero();
    }
  }

  @Test
  void what_has_come_just_before_the_end_is_seen() {
    try (RecoveryWatch watch = new RecoveryWatch(jdbi, times)) {
      watch.struck(new RecoveryWatch.Before(Kind.KILL, 1, List.of(run)));
      jdbi.useHandle(handle -> handle.execute("update backstitch.run set worker_id = 2"));
    }

    assertThat(times.of(Kind.KILL)).hasSize(1);
    assertThat(times.notSeen()).isZero();
  }
}
