package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.worker.EngineMetrics;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which runs a worker takes into its memory, and which leave it.
final class ClaimTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static final class Naps implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer millis) {
      run.sleep(Duration.ofMillis(millis));
      return run.call(new Echo("awake")).length() + millis;
    }
  }

  private static void naps(Registry registry) {
    registry.workflow("naps", Naps::new);
    registry.activity(Echo.class, (call, _) -> call.text(), o -> o);
  }

  @Test
  void more_runs_than_fit_into_memory_all_complete_and_the_misses_are_counted() {
    try (Engine engine =
        Engine.on(database, Engine.config().withRunsInMemory(5), ClaimTest::naps)) {
      List<RunId> ids = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        ids.add(engine.start("naps", Integer.toString(600 + i)));
      }

      for (int i = 0; i < 60; i++) {
        assertThat(engine.resultOf(ids.get(i))).isEqualTo(Integer.toString(605 + i));
        assertThat(engine.types(ids.get(i)))
            .containsExactly(
                "RunStarted",
                "TimerSet",
                "TimerFired",
                "ActivityScheduled",
                "ActivityCompleted",
                "RunCompleted");
      }
      EngineMetrics metrics = engine.orchestrator.metrics();
      assertThat(metrics.cacheMisses()).isPositive();
      assertThat(metrics.cacheHits()).isPositive();
      assertThat(metrics.eventsReplayed()).isGreaterThanOrEqualTo(metrics.cacheMisses());
    }
  }

  @Test
  void a_memory_full_of_sleepers_makes_room_for_a_run_that_is_due() {
    RunId due;
    try (Engine first = Engine.on(database, ClaimTest::naps)) {
      due = first.start("naps", "1500");
    }
    try (Engine engine =
        Engine.on(database, Engine.config().withRunsInMemory(3), ClaimTest::naps)) {
      for (int i = 0; i < 3; i++) {
        engine.start("naps", "100000000");
      }

      assertThat(engine.resultOf(due)).isEqualTo("1505");
    }
  }

  @Test
  void a_history_that_cannot_be_read_stops_its_run_and_no_other() throws Exception {
    RunId broken;
    RunId sound;
    try (Engine first = Engine.on(database, ClaimTest::naps)) {
      broken = first.start("naps", "500");
      sound = first.start("naps", "501");
    }
    execute(
        """
        insert into backstitch.history
          (run_id, seq, event_type, occurred_at, worker_id, payload)
        values (%s, 3, 'TimerFired', clock_timestamp(), 999, '[]')
        """
            .formatted(broken.value()));

    try (Engine engine = Engine.on(database, ClaimTest::naps)) {
      assertThat(engine.resultOf(sound)).isEqualTo("506");
      await()
          .atMost(Engine.PATIENCE)
          .untilAsserted(() -> {
            Run run = engine.orchestrator.describe(broken).orElseThrow();
            assertThat(run.status()).isEqualTo(RunStatus.STUCK);
            assertThat(run.problem()).contains("BST-RUN-004");
          });
    }
  }

  @Test
  void a_run_waits_for_a_process_that_has_its_workflow() {
    RunId id;
    try (Engine first = Engine.on(database, ClaimTest::naps)) {
      id = first.start("naps", "300");
    }
    try (Engine other =
        Engine.on(
            database,
            registry -> {
              registry.workflow("others", Naps::new);
              registry.activity(Echo.class, (call, _) -> call.text(), o -> o);
            })) {
      // Its own run, due at the same time, shows that it claims.
      other.resultOf(other.start("others", "400"));
      Run waiting = other.orchestrator.describe(id).orElseThrow();
      assertThat(waiting.status()).isEqualTo(RunStatus.RUNNING);
      assertThat(waiting.workerId()).isNull();
    }
    try (Engine engine = Engine.on(database, ClaimTest::naps)) {
      assertThat(engine.resultOf(id)).isEqualTo("305");
    }
  }

  /// As if the answer to a claim had been lost on the way: by the database's account the run is
  /// this worker's, but nobody has it.
  @Test
  void a_run_that_was_claimed_unheard_is_found_again() throws Exception {
    RunId id;
    try (Engine first = Engine.on(database, ClaimTest::naps)) {
      id = first.start("naps", "2000");
    }
    try (Engine engine = Engine.on(database, registry -> registry.workflow("others", Naps::new))) {
      execute(
          """
          update backstitch.run
          set worker_id = (select max(worker_id) from backstitch.worker), wake_at = null,
              workflow = 'others'
          where run_id = %s
          """
              .formatted(id.value()));
      failAClaim();

      await()
          .atMost(Engine.PATIENCE)
          .untilAsserted(() ->
              assertThat(engine.orchestrator.describe(id).orElseThrow().status())
                  .isNotEqualTo(RunStatus.RUNNING));
    }
  }

  private void failAClaim() throws SQLException {
    int before = rollbacks();
    execute("alter table backstitch.run rename to run_away");
    await().atMost(Engine.PATIENCE).until(() -> rollbacks() > before);
    execute("alter table backstitch.run_away rename to run");
  }

  private int rollbacks() throws SQLException {
    try (var connection = Engine.address(database).connect("test");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select xact_rollback from pg_stat_database where datname = current_database()")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (var connection = Engine.address(database).connect("test");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
