package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a message and a termination can meet of an owner's flush: each line of the tables at the
/// head of `V003__borders.sql`, in both orders.
final class BorderFunctionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Db db = new Db();
  private Connection other;
  private long worker;
  private long run;

  @BeforeEach
  void begin() throws SQLException {
    other = db.another();
    worker = db.worker();
    run = Long.parseLong(db.one("select backstitch.first_run_id_at(clock_timestamp())"));
    new Flush(worker).begin(run, null).run(db.connection);
  }

  @AfterEach
  void close() throws SQLException {
    other.close();
    db.close();
  }

  private String terminate(Connection connection) throws SQLException {
    return ask(connection, "select run_status from backstitch.terminate_run(?, '{}', false)");
  }

  private String send(Connection connection, String key) throws SQLException {
    return ask(
        connection,
        "select answer from backstitch.send_message(?, '"
            + key
            + "', 'SignalReceived', '{}', 2, false)");
  }

  private String ask(Connection connection, String sql) throws SQLException {
    try (PreparedStatement call = connection.prepareStatement(sql)) {
      call.setLong(1, run);
      try (ResultSet rows = call.executeQuery()) {
        return rows.next() ? rows.getString(1) : "no run";
      }
    }
  }

  private List<String> history() throws SQLException {
    return db.all(
        "select seq, event_type, worker_id from backstitch.history where run_id = %s order by seq",
        run);
  }

  private String row() throws SQLException {
    return db.one(
        "select status, worker_id is null, closed_at is null, wake_at <= clock_timestamp()"
            + " from backstitch.run where run_id = %s",
        run);
  }

  /// Begins something on the first connection that has to wait for the second.
  private <T> FutureTask<T> blocked(Callable<T> work) throws SQLException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    try (Connection observer = db.another()) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> {
            try (var rows =
                observer
                    .createStatement()
                    .executeQuery(
                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                            + " and datname = current_database()")) {
              return rows.next() && rows.getInt(1) == 1;
            }
          });
    }
    return task;
  }

  private static <T> T result(FutureTask<T> task) throws Exception {
    return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void a_termination_writes_behind_a_flush_that_was_first() throws Exception {
    other.setAutoCommit(false);
    new Flush(worker).event(run, 2, "TimerSet").event(run, 3, "TimerSet").run(other);
    FutureTask<String> terminating = blocked(() -> terminate(db.connection));

    other.commit();

    assertThat(result(terminating)).isEqualTo("RUNNING");
    assertThat(history())
        .containsExactly(
            "1 RunStarted " + worker,
            "2 TimerSet " + worker,
            "3 TimerSet " + worker,
            "4 RunTerminated 0");
    assertThat(row()).isEqualTo("TERMINATED t f null");
  }

  @Test
  void a_flush_behind_a_termination_is_refused() throws Exception {
    other.setAutoCommit(false);
    assertThat(terminate(other)).isEqualTo("RUNNING");
    FutureTask<String> flushing =
        blocked(
            () -> Db.stateOf(() -> new Flush(worker).event(run, 2, "TimerSet").run(db.connection)));

    other.commit();

    assertThat(result(flushing)).isEqualTo("23505");
    assertThat(history()).containsExactly("1 RunStarted " + worker, "2 RunTerminated 0");
  }

  @Test
  void a_termination_that_is_taken_back_leaves_the_flush_alone() throws Exception {
    other.setAutoCommit(false);
    terminate(other);
    FutureTask<String> flushing =
        blocked(() -> {
          new Flush(worker).event(run, 2, "TimerSet").run(db.connection);
          return "written";
        });

    other.rollback();

    assertThat(result(flushing)).isEqualTo("written");
    assertThat(row()).isEqualTo("RUNNING f t null");
  }

  @Test
  void a_run_that_closes_first_is_not_terminated() throws Exception {
    other.setAutoCommit(false);
    new Flush(worker).event(run, 2, "RunCompleted").close(run).run(other);
    FutureTask<String> terminating = blocked(() -> terminate(db.connection));

    other.commit();

    assertThat(result(terminating)).isEqualTo("COMPLETED");
    assertThat(history()).containsExactly("1 RunStarted " + worker, "2 RunCompleted " + worker);
  }

  @Test
  void a_run_can_be_terminated_while_it_is_parked_but_not_parked_when_it_is_terminated()
      throws Exception {
    other.setAutoCommit(false);
    new Flush(worker).park(run, null).run(other);
    FutureTask<String> terminating = blocked(() -> terminate(db.connection));
    other.commit();

    assertThat(result(terminating)).isEqualTo("RUNNING");
    assertThat(row()).isEqualTo("TERMINATED t f null");
    assertThat(Db.stateOf(() -> new Flush(worker).park(run, null).run(db.connection)))
        .isEqualTo("BS003");
    assertThat(Db.stateOf(() -> new Flush(worker).stick(run, "why").run(db.connection)))
        .isEqualTo("BS003");
  }

  @Test
  void of_two_terminations_one_ends_the_run() throws Exception {
    other.setAutoCommit(false);
    terminate(other);
    FutureTask<String> second = blocked(() -> terminate(db.connection));

    other.commit();

    assertThat(result(second)).isEqualTo("TERMINATED");
    assertThat(history()).hasSize(2);
    run = run + 1;
    assertThat(terminate(db.connection)).isEqualTo("no run");
  }

  @Test
  void the_owner_is_left_a_note_and_a_run_without_owner_is_not() throws SQLException {
    terminate(db.connection);

    assertThat(db.all("select event_type, addressee from backstitch.inbox"))
        .containsExactly("RunTerminated " + worker);

    run = run + 1;
    new Flush(worker).begin(run, null).run(db.connection);
    new Flush(worker).park(run, null).run(db.connection);
    terminate(db.connection);

    assertThat(db.all("select event_type from backstitch.inbox where run_id = %s", run)).isEmpty();
  }

  @Test
  void what_was_accepted_and_not_taken_stays_when_the_run_is_terminated() throws SQLException {
    send(db.connection, "a");

    terminate(db.connection);

    assertThat(db.all("select dedup_key from backstitch.inbox order by message_id"))
        .containsExactly("a", "terminated");
    assertThat(send(db.connection, "b")).isEqualTo("CLOSED");
  }

  @Test
  void a_message_that_is_sent_before_a_park_is_seen_by_it() throws Exception {
    other.setAutoCommit(false);
    send(other, "a");
    FutureTask<String> parking =
        blocked(() -> {
          new Flush(worker).park(run, null).run(db.connection);
          return "parked";
        });

    other.commit();

    assertThat(result(parking)).isEqualTo("parked");
    assertThat(row()).isEqualTo("RUNNING t t t");
  }

  @Test
  void a_message_that_is_sent_behind_a_park_wakes_the_run() throws Exception {
    other.setAutoCommit(false);
    new Flush(worker).park(run, null).run(other);
    FutureTask<String> sending = blocked(() -> send(db.connection, "a"));

    other.commit();

    assertThat(result(sending)).isEqualTo("ACCEPTED");
    assertThat(row()).isEqualTo("RUNNING t t t");
    assertThat(db.one("select addressee is null from backstitch.inbox")).isEqualTo("t");
  }

  @Test
  void a_message_is_addressed_to_whoever_has_the_run_whichever_way_it_came() throws SQLException {
    send(db.connection, "a");
    new Flush(worker).message(run, "b").run(db.connection);

    assertThat(db.all("select dedup_key, addressee from backstitch.inbox order by message_id"))
        .containsExactly("a " + worker, "b " + worker);
    assertThat(send(db.connection, "c")).isEqualTo("FULL");
    assertThat(send(db.connection, "a")).isEqualTo("ACCEPTED");
  }

  @Test
  void a_message_does_not_wake_a_stuck_run() throws SQLException {
    new Flush(worker).stick(run, "why").run(db.connection);

    assertThat(send(db.connection, "a")).isEqualTo("ACCEPTED");
    assertThat(row()).isEqualTo("STUCK t t f");
  }

  @Test
  void plans_that_were_made_on_small_tables_do_not_scan_large_ones() throws SQLException {
    db.execute("analyze backstitch.run, backstitch.inbox");
    // More than five calls, behind which PostgreSQL keeps a general plan.
    for (int i = 0; i < 12; i++) {
      everyFunction();
    }
    db.execute(
        """
        insert into backstitch.run (run_id, workflow, status, build, created_at, wake_at)
        select %s + 1000000 + i, 'greet', 'RUNNING', 'test', clock_timestamp(), 'infinity'
        from generate_series(1, 50000) as i
        """,
        run);
    db.execute(
        """
        insert into backstitch.inbox (run_id, dedup_key, event_type, payload)
        select run_id, 'x', 'SignalReceived', '{}' from backstitch.run where wake_at is not null
        """);
    long before = scannedRows();

    everyFunction();

    assertThat(scannedRows() - before).isZero();
  }

  private void everyFunction() throws SQLException {
    run = run + 1;
    new Flush(worker).begin(run, null).run(db.connection);
    send(db.connection, "a");
    db.all("select * from backstitch.read_inbox(%s, 0, 10)", worker);
    db.one("select backstitch.address_inbox(%s, array[%s])", worker + 1, run);
    terminate(db.connection);
  }

  private long scannedRows() throws SQLException {
    db.execute("select pg_stat_force_next_flush()");
    return Long.parseLong(
        db.one(
            "select sum(seq_tup_read) from pg_stat_user_tables"
                + " where relname in ('run', 'inbox') or relname like 'history%%'"));
  }

  @Test
  void a_page_of_messages_is_bounded_in_bytes_and_never_empty_before_the_end() throws SQLException {
    for (String key : List.of("a", "b", "c")) {
      new Flush(worker).message(run, key).run(db.connection);
    }
    long size = Long.parseLong(db.one("select max(octet_length(payload)) from backstitch.inbox"));

    assertThat(page(size + 1)).hasSize(2);
    assertThat(page(1)).hasSize(1);
    assertThat(page(1_000_000)).hasSize(3);
  }

  private List<String> page(long mostBytes) throws SQLException {
    return db.all(
        "select message_id from backstitch.read_inbox(%s, 0, 100, %s)", worker, mostBytes);
  }
}
