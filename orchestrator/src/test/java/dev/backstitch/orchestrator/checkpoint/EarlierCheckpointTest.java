package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What workers of earlier builds write on today's schema, by the version of the checkpoint that
/// they know: the rows are those that today's version leaves, and the refusals are the same.
final class EarlierCheckpointTest {
  private static final String RUNS =
      """
      select run_id, status, worker_id, closed_at is not null, wake_at
      from backstitch.run
      order by run_id
      """;
  private static final String WAITING =
      """
      select run_id, worker_id,
             case when wake_at <= clock_timestamp() then 'due'
                  else (wake_at at time zone 'UTC')::text end
      from backstitch.run
      order by run_id
      """;
  private static final String HISTORY =
      """
      select run_id, seq, event_type
      from backstitch.history
      order by run_id, seq
      """;
  private static final String INBOX =
      """
      select run_id, dedup_key, event_type, addressee
      from backstitch.inbox
      order by run_id, dedup_key
      """;
  private static final String POSTS =
      """
      select key, run_id, convert_from(content, 'UTF8')
      from backstitch.outbox
      order by key
      """;

  private final Db db = new Db();
  private long worker;
  private long run;

  @BeforeEach
  void register() throws SQLException {
    worker = db.worker();
    run = Long.parseLong(db.one("select backstitch.first_run_id_at(clock_timestamp())"));
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_worker_of_a_build_before_leaves_the_same_rows(int version) throws SQLException {
    wholeRun(run, 3);
    wholeRun(run + 1, version);

    for (String table : List.of("run", "history", "payload")) {
      assertThat(rowsOf(table, run + 1))
          .as(table)
          .isNotEmpty()
          .containsExactlyElementsOf(rowsOf(table, run));
    }
    assertThat(db.all(RUNS))
        .containsExactly(run + " COMPLETED null t null", (run + 1) + " COMPLETED null t null");
  }

  /// A start, an outcome of some size, and an end, each in a flush of its own.
  private void wholeRun(long id, int version) throws SQLException {
    new Flush(worker).begin(id, "key").runAs(db.connection, version);
    new Flush(worker).largeEvent(id, 2, "{\"a\":1}").runAs(db.connection, version);
    new Flush(worker).event(id, 3, "RunCompleted").close(id).runAs(db.connection, version);
  }

  /// Everything in the rows of a run but its id.
  private List<String> rowsOf(String table, long id) throws SQLException {
    return db.all(
        "select (to_jsonb(t) - 'run_id')::text from backstitch.%s as t where run_id = %s order by 1",
        table, id);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_worker_of_a_build_before_learns_who_holds_a_key(int version) throws SQLException {
    new Flush(worker).begin(run, "key").run(db.connection);

    var lost = new Flush(worker).begin(run + 1, "key").runAs(db.connection, version);

    assertThat(lost).hasSize(1).containsEntry(run + 1, run);
    assertThat(db.all(HISTORY)).containsExactly(run + " 1 RunStarted");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_worker_of_a_build_before_needs_its_fence_row_too(int version) throws SQLException {
    new Flush(worker).begin(run, null).runAs(db.connection, version);
    db.execute("delete from backstitch.fence where worker_id = %s", worker);

    assertThat(
            Db.stateOf(() ->
                new Flush(worker)
                    .event(run, 2, "RunCompleted")
                    .close(run)
                    .runAs(db.connection, version)))
        .isEqualTo("BS001");
    assertThat(
            Db.stateOf(() -> new Flush(worker).begin(run + 1, null).runAs(db.connection, version)))
        .isEqualTo("BS001");
    assertThat(db.all(HISTORY)).containsExactly(run + " 1 RunStarted");
    assertThat(db.all(RUNS)).containsExactly(run + " RUNNING " + worker + " f null");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void a_worker_of_any_build_parks_until_a_time_a_message_or_for_ever(int version)
      throws SQLException {
    new Flush(worker)
        .begin(run, null)
        .begin(run + 1, null)
        .begin(run + 2, null)
        .runAs(db.connection, version);
    new Flush(worker).message(run + 2, "a").runAs(db.connection, version);

    new Flush(worker)
        .park(run, 4_102_444_800_000_001L)
        .park(run + 1, null)
        .park(run + 2, null)
        .runAs(db.connection, version);

    assertThat(db.all(WAITING))
        .containsExactly(
            run + " null 2100-01-01 00:00:00.000001",
            (run + 1) + " null infinity",
            (run + 2) + " null due");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void a_worker_of_any_build_leaves_a_stuck_run_with_its_problem(int version) throws SQLException {
    new Flush(worker).begin(run, "key").runAs(db.connection, version);

    new Flush(worker).stick(run, "why").runAs(db.connection, version);
    var lost = new Flush(worker).begin(run + 1, "key").runAs(db.connection, version);

    assertThat(db.all("select run_id, status, worker_id, problem, closed_at from backstitch.run"))
        .containsExactly(run + " STUCK null why null");
    assertThat(lost).as("who is stuck keeps the key").hasSize(1).containsEntry(run + 1, run);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void a_worker_of_any_build_changes_no_row_that_is_not_its_own(int version) throws SQLException {
    long other = db.worker();
    new Flush(worker).begin(run, null).runAs(db.connection, version);
    List<String> before = db.all(RUNS);

    List<Flush> wrong =
        List.of(
            new Flush(other).event(run, 2, "RunCompleted").close(run),
            new Flush(other).event(run, 2, "TimerSet").park(run, 1L),
            new Flush(other).event(run, 2, "TimerSet").stick(run, "why"),
            new Flush(worker).event(run, 2, "TimerFired").take(run, 12_345));

    wrong.forEach(flush ->
        assertThat(Db.stateOf(() -> flush.runAs(db.connection, version))).isEqualTo("BS003"));
    assertThat(db.all(RUNS)).isEqualTo(before);
    assertThat(db.all(HISTORY)).containsExactly(run + " 1 RunStarted");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void a_worker_of_any_build_sends_a_message_once_and_wakes_who_is_parked(int version)
      throws SQLException {
    new Flush(worker).begin(run, null).begin(run + 1, null).runAs(db.connection, version);
    new Flush(worker).park(run, null).runAs(db.connection, version);

    new Flush(worker)
        .message(run, "a")
        .message(run, "a")
        .message(run + 1, "a")
        .runAs(db.connection, version);

    assertThat(db.all(INBOX))
        .containsExactly(run + " a TimerFired null", (run + 1) + " a TimerFired " + worker);
    assertThat(db.all(WAITING))
        .containsExactly(run + " null due", (run + 1) + " " + worker + " null");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void a_worker_of_any_build_takes_a_message_by_recording_it_and_only_once(int version)
      throws SQLException {
    new Flush(worker).begin(run, null).runAs(db.connection, version);
    new Flush(worker).message(run, "a").message(run, "b").runAs(db.connection, version);
    long message =
        Long.parseLong(db.one("select message_id from backstitch.inbox where dedup_key = 'a'"));

    new Flush(worker).event(run, 2, "TimerFired").take(run, message).runAs(db.connection, version);

    assertThat(
            Db.stateOf(() ->
                new Flush(worker)
                    .event(run, 3, "TimerFired")
                    .take(run, message)
                    .runAs(db.connection, version)))
        .isEqualTo("BS003");
    assertThat(db.all(INBOX)).containsExactly(run + " b TimerFired " + worker);
    assertThat(db.all(HISTORY)).containsExactly(run + " 1 RunStarted", run + " 2 TimerFired");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void a_worker_of_any_build_posts_the_newer_version_and_nothing_for_a_lost_start(int version)
      throws SQLException {
    new Flush(worker)
        .begin(run, "key")
        .post("t", "k", run, 3, "third")
        .post("t", "k", run, 2, "second")
        .runAs(db.connection, version);
    new Flush(worker).post("t", "k", run, 1, "first").runAs(db.connection, version);
    new Flush(worker)
        .begin(run + 1, "key")
        .post("t", "k", run + 1, 1, "from the loser")
        .post("t", "other", run + 1, 1, "from the loser")
        .runAs(db.connection, version);

    assertThat(db.all(POSTS)).containsExactly("k " + run + " third");
  }

  /// Declared by a worker of today, and its run ended by one that knows no declarations.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whoever_ends_a_run_posts_what_was_declared_for_that_end(int version) throws SQLException {
    new Flush(worker)
        .begin(run, null)
        .declare(run, "t", "k", "COMPLETED", "done")
        .declare(run, "t", "k", "FAILED", "not done")
        .run(db.connection);

    new Flush(worker).event(run, 2, "RunCompleted").close(run).runAs(db.connection, version);

    assertThat(db.all(POSTS)).containsExactly("k " + run + " done");
  }
}
