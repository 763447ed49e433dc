package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Steps 1 to 4 of `checkpoint_v3`: the fence, starts, events, and run rows.
final class CheckpointFunctionTest {
  private static final String RUNS =
      """
      select run_id, status, worker_id, closed_at is not null, wake_at
      from backstitch.run
      order by run_id
      """;
  private static final String HISTORY =
      """
      select run_id, seq, event_type
      from backstitch.history
      order by run_id, seq
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

  @Test
  void a_run_starts_goes_on_and_closes() throws SQLException {
    new Flush(worker).begin(run, "key").run(db.connection);
    new Flush(worker).event(run, 2, "ActivityScheduled").run(db.connection);
    new Flush(worker).event(run, 3, "RunCompleted").close(run).run(db.connection);

    assertThat(db.all(HISTORY))
        .containsExactly(
            run + " 1 RunStarted", run + " 2 ActivityScheduled", run + " 3 RunCompleted");
    assertThat(db.all(RUNS)).containsExactly(run + " COMPLETED null t null");
    assertThat(db.all("select occurred_at from backstitch.history order by seq"))
        .allMatch(at -> at.startsWith("1970-01-01 00:00:0"));
  }

  @Test
  void without_its_fence_row_nothing_is_written() throws SQLException {
    db.execute("delete from backstitch.fence where worker_id = %s and lane = 1", worker);

    assertThat(Db.stateOf(() -> new Flush(worker, 1).begin(run, null).run(db.connection)))
        .isEqualTo("BS001");
    assertThat(Db.stateOf(() -> new Flush(worker + 1).begin(run, null).run(db.connection)))
        .isEqualTo("BS001");
    assertThat(db.all(RUNS)).isEmpty();
    assertThat(db.all(HISTORY)).isEmpty();
    assertThat(new Flush(worker, 0).begin(run, null).run(db.connection)).isEmpty();
  }

  @Test
  void a_fence_row_that_is_being_deleted_decides_when_that_is_decided() throws Exception {
    try (Connection taker = db.another()) {
      taker.setAutoCommit(false);
      try (var delete = taker.createStatement()) {
        delete.execute("delete from backstitch.fence where worker_id = " + worker);
      }
      CompletableFuture<String> flush =
          CompletableFuture.supplyAsync(
              () -> Db.stateOf(() -> new Flush(worker).begin(run, null).run(db.connection)));
      awaitWaiting();
      assertThat(flush).isNotDone();

      taker.commit();

      assertThat(flush.get(10, TimeUnit.SECONDS)).isEqualTo("BS001");
    }
  }

  @Test
  void the_loser_of_a_key_writes_nothing_and_learns_who_holds_it() throws SQLException {
    new Flush(worker).begin(run, "key").run(db.connection);

    var lost =
        new Flush(worker, 1)
            .begin(run + 1, "key")
            .begin(run + 2, "other")
            .largeEvent(run + 1, 2, "{\"large\":true}")
            .event(run + 1, 3, "RunCompleted")
            .close(run + 1)
            .run(db.connection);

    assertThat(lost).hasSize(1).containsEntry(run + 1, run);
    assertThat(db.all(HISTORY)).containsExactly(run + " 1 RunStarted", (run + 2) + " 1 RunStarted");
    assertThat(db.all("select run_id from backstitch.payload")).isEmpty();
  }

  @Test
  void of_two_with_the_same_key_in_one_flush_one_wins() throws SQLException {
    var lost = new Flush(worker).begin(run, "key").begin(run + 1, "key").run(db.connection);

    assertThat(lost).hasSize(1).containsEntry(run + 1, run);
  }

  @Test
  void a_holder_that_closes_in_the_same_flush_is_not_named() throws SQLException {
    var lost =
        new Flush(worker)
            .begin(run, "key")
            .begin(run + 1, "key")
            .event(run, 2, "RunCompleted")
            .close(run)
            .run(db.connection);

    assertThat(lost).hasSize(1).containsEntry(run + 1, null);
    assertThat(db.all(RUNS)).containsExactly(run + " COMPLETED null t null");
  }

  @Test
  void a_closed_runs_key_and_a_stuck_ones_differ() throws SQLException {
    new Flush(worker).begin(run, "closed").begin(run + 1, "stuck").run(db.connection);
    new Flush(worker).close(run).stick(run + 1, "why").run(db.connection);

    var lost =
        new Flush(worker).begin(run + 2, "closed").begin(run + 3, "stuck").run(db.connection);

    assertThat(lost).hasSize(1).containsEntry(run + 3, run + 1);
  }

  /// Two lanes that start the same keys in opposite orders would each wait for the other.
  @Test
  void starts_of_the_same_keys_in_opposite_orders_do_not_deadlock() throws Exception {
    List<Integer> numbers = IntStream.range(0, 400).boxed().toList();
    for (int round = 0; round < 5; round++) {
      long first = run + 10_000L * round;
      String prefix = "round " + round + " key ";
      try (Connection other = db.another()) {
        var opposite =
            CompletableFuture.runAsync(() -> {
              Flush flush = new Flush(worker, 1);
              numbers.reversed().forEach(n -> flush.begin(first + 5_000 + n, prefix + n));
              flushQuietly(flush, other);
            });
        Flush flush = new Flush(worker, 0);
        numbers.forEach(n -> flush.begin(first + n, prefix + n));
        flushQuietly(flush, db.connection);
        opposite.get(30, TimeUnit.SECONDS);
      }
      assertThat(db.one("select count(*) from backstitch.run where closed_at is null"))
          .isEqualTo(Integer.toString(400 * (round + 1)));
    }
  }

  private static void flushQuietly(Flush flush, Connection connection) {
    try {
      flush.run(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_seq_is_written_once_whoever_writes_it() throws SQLException {
    new Flush(worker).begin(run, null).run(db.connection);

    assertThat(
            Db.stateOf(() ->
                new Flush(worker)
                    .event(run, 1, "TimerFired")
                    .begin(run + 1, null)
                    .run(db.connection)))
        .isEqualTo("23505");
    assertThat(db.all(HISTORY)).as("nothing of that flush").containsExactly(run + " 1 RunStarted");
  }

  @Test
  void a_run_id_is_used_once() throws SQLException {
    new Flush(worker).begin(run, null).run(db.connection);

    assertThat(Db.stateOf(() -> new Flush(worker).start(run, "key").run(db.connection)))
        .isEqualTo("23505");
  }

  @Test
  void a_row_that_is_not_ours_to_change_undoes_the_flush() throws SQLException {
    long other = db.worker();
    new Flush(worker)
        .begin(run, null)
        .begin(run + 1, null)
        .begin(run + 2, null)
        .event(run + 1, 2, "RunCompleted")
        .close(run + 1)
        .run(db.connection);
    List<String> before = db.all(RUNS);

    List<Flush> wrong =
        List.of(
            new Flush(other).close(run),
            new Flush(other).park(run, 1L),
            new Flush(other).stick(run, "why"),
            new Flush(worker).close(run + 1),
            new Flush(worker).park(run + 1, null),
            new Flush(worker).stick(run + 1, "why"),
            new Flush(worker).close(run + 9),
            new Flush(worker).close(run).close(run),
            new Flush(worker).event(run, 2, "RunCompleted").close(run).park(run, 1L));

    wrong.forEach(
        flush -> assertThat(Db.stateOf(() -> flush.run(db.connection))).isEqualTo("BS003"));
    assertThat(db.all(RUNS)).isEqualTo(before);
    assertThat(db.all(HISTORY)).hasSize(4);
  }

  @Test
  void a_parked_run_is_nobodys_until_its_time_or_a_message_comes() throws SQLException {
    new Flush(worker).begin(run, null).begin(run + 1, null).begin(run + 2, null).run(db.connection);
    new Flush(worker).message(run + 2, "hello").run(db.connection);

    new Flush(worker)
        .park(run, 4_102_444_800_000_001L)
        .park(run + 1, null)
        .park(run + 2, null)
        .run(db.connection);

    assertThat(
            db.all(
                "select run_id, worker_id, wake_at at time zone 'UTC' from backstitch.run"
                    + " where run_id <= %s order by 1",
                run + 1))
        .containsExactly(run + " null 2100-01-01 00:00:00.000001", (run + 1) + " null infinity");
    assertThat(
            db.one(
                "select wake_at <= clock_timestamp() from backstitch.run where run_id = %s",
                run + 2))
        .as("a message that came while it was in memory wakes it")
        .isEqualTo("t");
  }

  @Test
  void a_run_can_start_and_park_and_start_and_get_stuck_in_one_flush() throws SQLException {
    new Flush(worker)
        .begin(run, null)
        .park(run, 0L)
        .begin(run + 1, null)
        .stick(run + 1, "why")
        .run(db.connection);

    assertThat(db.all("select run_id, status, worker_id, problem from backstitch.run order by 1"))
        .containsExactly(run + " RUNNING null null", (run + 1) + " STUCK null why");
  }

  @Test
  void large_json_is_stored_once_per_run_and_content() throws SQLException {
    new Flush(worker).begin(run, null).begin(run + 1, null).run(db.connection);

    new Flush(worker)
        .largeEvent(run, 2, "{\"a\":1}")
        .largeEvent(run, 3, "{\"a\":1}")
        .largeEvent(run + 1, 2, "{\"a\":1}")
        .run(db.connection);
    new Flush(worker).largeEvent(run, 4, "{\"a\":1}").largeEvent(run, 5, "{}").run(db.connection);

    assertThat(
            db.all(
                "select run_id, convert_from(content, 'UTF8') from backstitch.payload order by 1, 2"))
        .containsExactly(run + " {\"a\":1}", run + " {}", (run + 1) + " {\"a\":1}");
    assertThat(
            db.all("select payload from backstitch.history_json where seq > 1 order by run, seq"))
        .containsExactly("{\"a\":1}", "{\"a\":1}", "{\"a\":1}", "{}", "{\"a\":1}");
  }

  private void awaitWaiting() {
    Awaitility.await()
        .until(() -> {
          try (Connection watcher = db.another();
              var statement = watcher.createStatement();
              var rows =
                  statement.executeQuery(
                      """
                      select count(*)
                      from pg_stat_activity
                      where datname = current_database()
                        and wait_event_type = 'Lock'
                      """)) {
            rows.next();
            return rows.getInt(1) == 1;
          }
        });
  }
}
