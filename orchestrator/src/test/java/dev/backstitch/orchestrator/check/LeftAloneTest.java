package dev.backstitch.orchestrator.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// When a run that is due and that nobody has is forgotten, and when there is a reason.
final class LeftAloneTest {
  private static final String CODE = "BST-INV-408";

  private final TestDatabase database = TestDatabase.create();
  private final Jdbi jdbi = Jdbi.create(database.dataSource());
  private RunId asleep = new RunId(0);

  @BeforeEach
  void makeRuns() {
    asleep = SampleRuns.make(database).asleep();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  /// A reason to leave a run alone.
  ///
  /// @param statement what gives it to worker 99
  record Reason(String name, String statement) {

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Reason> reasons() {
    return List.of(
        new Reason(
            "it has not been due for long",
            "update backstitch.run set wake_at = now() - interval '5 minutes' where run_id = ASLEEP"),
        new Reason(
            "the worker is full, or drains",
            "update backstitch.heartbeat set room = 0 where worker_id = 99"),
        new Reason(
            "what room the worker has comes and goes",
            "update backstitch.heartbeat set runs = 40 where worker_id = 99"),
        new Reason(
            "the worker serves another queue",
            "update backstitch.worker set queues = '{other}' where worker_id = 99"),
        new Reason(
            "the room may be another queue's",
            """
            with served as (
              update backstitch.worker
              set queues = '{default,other}'
              where worker_id = 99
            )
            insert into backstitch.run (run_id, workflow, build, worker_id, created_at)
            values (7, 'sleeper', 'b', 99, now())
            """),
        new Reason(
            "the worker has never shown that it knows the workflow",
            """
            with done as (
              update backstitch.run
              set wake_at = now() + interval '1 minute'
              where run_id = ASLEEP
            )
            insert into backstitch.run (run_id, workflow, build, wake_at, created_at)
            values (7, 'unknown', 'b', now() - interval '6 minutes', now())
            """),
        new Reason(
            "the worker has just come",
            "update backstitch.worker set registered_at = now() where worker_id = 99"),
        new Reason(
            "the worker is silent",
            """
            update backstitch.heartbeat
            set beat_at = now() - interval '11 seconds'
            where worker_id = 99
            """),
        new Reason(
            "the run is stuck",
            "update backstitch.run set status = 'STUCK', problem = 'p' where run_id = ASLEEP"));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void a_run_that_is_left_alone_for_a_reason_is_not_reported(Reason reason) {
    try (Handle handle = jdbi.open()) {
      handle.begin();
      Break.LEFT_ALONE.forEach(statement -> handle.execute(named(statement)));
      assertThat(reported(InvariantChecker.check(handle))).as("without the reason").hasSize(1);

      assertThat(handle.execute(named(reason.statement()))).isEqualTo(1);
      CheckReport report = InvariantChecker.check(handle);

      handle.rollback();
      assertThat(reported(report)).isEmpty();
    }
  }

  @Test
  void of_several_that_are_left_alone_the_next_in_line_is_reported() {
    try (Handle handle = jdbi.open()) {
      handle.begin();
      Break.LEFT_ALONE.forEach(statement -> handle.execute(named(statement)));
      handle.execute(
          """
          insert into backstitch.run (run_id, workflow, build, wake_at, created_at, priority)
          values (7, 'sleeper', 'b', now() - interval '1 day', now(), 4),
                 (8, 'sleeper', 'b', now() - interval '6 minutes', now(), 6),
                 (9, 'sleeper', 'b', now() - interval '1 minute', now(), 9)
          """);

      List<String> reported = reported(InvariantChecker.check(handle));

      handle.rollback();
      assertThat(reported).singleElement().asString().startsWith(new RunId(8).toString());
    }
  }

  @Test
  void a_worker_of_several_queues_that_has_no_run_of_this_one_has_room_for_it() {
    try (Handle handle = jdbi.open()) {
      handle.begin();
      Break.LEFT_ALONE.forEach(statement -> handle.execute(named(statement)));
      handle.execute(
          "update backstitch.worker set queues = '{default,other}' where worker_id = 99");

      List<String> reported = reported(InvariantChecker.check(handle));

      handle.rollback();
      assertThat(reported).hasSize(1);
    }
  }

  @Test
  void what_is_taken_between_two_looks_was_only_on_its_way() {
    jdbi.useTransaction(
        handle -> Break.LEFT_ALONE.forEach(statement -> handle.execute(named(statement))));

    CheckReport report =
        InvariantChecker.on(
                database.dataSource(),
                _ ->
                    jdbi.useHandle(handle ->
                        handle.execute(
                            "update backstitch.run set worker_id = 99, wake_at = null where run_id = ?",
                            asleep.value())))
            .check();

    assertThat(reported(report)).isEmpty();
    assertThat(report.holds()).isTrue();
  }

  @Test
  void a_database_that_goes_away_between_two_looks_takes_doubts_along_and_nothing_else() {
    jdbi.useTransaction(
        handle -> Break.LEFT_ALONE.forEach(statement -> handle.execute(named(statement))));
    InvariantChecker checker = InvariantChecker.on(database.dataSource(), _ -> endSessions());

    assertThatThrownBy(checker::check).isInstanceOf(JdbiException.class);

    jdbi.useHandle(handle ->
        handle.execute(
            "insert into backstitch.inbox (run_id, dedup_key, event_type, payload)"
                + " values (5, 'key', 'TimerFired', '')"));
    assertThat(checker.check().violated())
        .extracting(Finding::code)
        .as("the message to a run that is not there, and the doubt beside it")
        .hasSize(2)
        .contains(CODE);
  }

  /// Of everybody but the asker.
  private void endSessions() {
    jdbi.useHandle(handle ->
        handle
            .createQuery(
                """
                select pg_terminate_backend(pid)
                from pg_stat_activity
                where datname = current_database()
                  and pid <> pg_backend_pid()
                  and backend_type = 'client backend'
                order by pid
                """)
            .mapTo(Boolean.class)
            .list());
  }

  @Test
  void a_live_worker_that_cannot_take_a_run_is_reported_until_it_has_it() {
    jdbi.useHandle(handle ->
        handle.execute(
            "update backstitch.run set wake_at = now() - interval '1 day' where run_id = ?",
            asleep.value()));
    InvariantChecker checker = InvariantChecker.on(database.dataSource(), _ -> {});
    try (Handle holding = jdbi.open()) {
      holding.begin();
      holding.execute("select from backstitch.run where run_id = ? for update", asleep.value());
      try (Orchestrator orchestrator = SampleRuns.open(database)) {
        orchestrator.start(new StartRequest("sleeper", null, Payload.ofJson("\"x\"")));
        jdbi.useHandle(handle ->
            handle.execute(
                """
                update backstitch.worker
                set registered_at = now() - interval '1 hour'
                where ended_at is null
                """));
        // Its first heartbeat that tells of room.
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() ->
                assertThat(reported(checker.check()))
                    .singleElement()
                    .asString()
                    .startsWith(asleep.toString()));

        holding.rollback();

        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(reported(checker.check())).isEmpty());
      }
    }
  }

  private static List<String> reported(CheckReport report) {
    return report.findings().stream()
        .filter(finding -> finding.code().equals(CODE))
        .flatMap(finding -> finding.offenders().stream())
        .toList();
  }

  private String named(String statement) {
    return statement.replace("ASLEEP", Long.toString(asleep.value()));
  }
}
