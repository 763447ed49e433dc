package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What `claim_v1` gives to whom, and whom it waits for.
final class ClaimFunctionTest {
  private static final String CLAIM =
      """
      select claimed_run_id
      from backstitch.claim_v1(
        ?, array['greet'], array['default'], array[?::integer], make_interval(secs => ?))
      order by claimed_run_id
      """;
  private static final String OWNED =
      """
      select run_id, worker_id
      from backstitch.run
      where worker_id is not null
      order by run_id
      """;

  /// Whoever would wait for a lock fails after a while.
  private static final String NO_LONG_WAIT = "set lock_timeout = '1s'";

  private static final String LOCK_TIMEOUT = "55P03";
  private static final long FAR_FUTURE_MICROS = 4_102_444_800_000_000L;

  private final Db db = new Db();
  private Connection other;
  private long starter;
  private long worker;
  private long run;

  @BeforeEach
  void begin() throws SQLException {
    other = db.another();
    starter = db.worker();
    worker = db.worker();
    run = Long.parseLong(db.one("select backstitch.first_run_id_at(clock_timestamp())"));
  }

  @AfterEach
  void close() throws SQLException {
    other.close();
    db.close();
  }

  private static List<Long> claim(Connection connection, long worker, int room)
      throws SQLException {
    return claim(connection, worker, room, 0);
  }

  private static List<Long> claim(Connection connection, long worker, int room, int patienceSeconds)
      throws SQLException {
    try (PreparedStatement call = connection.prepareStatement(CLAIM)) {
      call.setLong(1, worker);
      call.setInt(2, room);
      call.setInt(3, patienceSeconds);
      try (ResultSet rows = call.executeQuery()) {
        List<Long> claimed = new ArrayList<>();
        while (rows.next()) {
          claimed.add(rows.getLong(1));
        }
        return claimed;
      }
    }
  }

  /// A run of some priority that is due since that many microseconds after 1970.
  private void parked(long id, int priority, long wakeAtMicros) throws SQLException {
    new Flush(starter)
        .startForOthers(id, null, "default", priority)
        .event(id, 1, "RunStarted")
        .run(db.connection);
    db.execute(
        "update backstitch.run set wake_at = to_timestamp(0) + %s * interval '1 microsecond'"
            + " where run_id = %s",
        wakeAtMicros, id);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void who_claims_passes_over_what_another_is_claiming_and_does_not_wait() throws SQLException {
    for (int i = 0; i < 4; i++) {
      parked(run + i, 5, i);
    }
    long rival = db.worker();
    other.setAutoCommit(false);
    assertThat(claim(other, rival, 2)).containsExactly(run, run + 1);
    db.execute(NO_LONG_WAIT);

    assertThat(claim(db.connection, worker, 2)).containsExactly(run + 2, run + 3);
    assertThat(claim(db.connection, worker, 2)).isEmpty();

    other.commit();
    assertThat(claim(db.connection, worker, 2)).isEmpty();
    assertThat(db.all(OWNED))
        .containsExactly(
            run + " " + rival,
            (run + 1) + " " + rival,
            (run + 2) + " " + worker,
            (run + 3) + " " + worker);
  }

  @Test
  void what_another_was_claiming_is_there_when_it_comes_to_nothing() throws SQLException {
    parked(run, 5, 0);
    other.setAutoCommit(false);
    assertThat(claim(other, starter, 1)).containsExactly(run);
    assertThat(claim(db.connection, worker, 1)).isEmpty();

    other.rollback();

    assertThat(claim(db.connection, worker, 1)).containsExactly(run);
  }

  @Test
  void a_worker_without_its_fence_row_claims_nothing() throws SQLException {
    parked(run, 5, 0);
    db.execute("delete from backstitch.fence where worker_id = %s", worker);

    assertThat(claim(db.connection, worker, 1)).isEmpty();
    assertThat(db.all(OWNED)).isEmpty();
  }

  /// Otherwise the run would belong to a worker whose runs have been set free already.
  @Test
  void who_deletes_the_fence_row_waits_for_a_claim_in_progress() throws SQLException {
    parked(run, 5, 0);
    other.setAutoCommit(false);
    claim(other, worker, 1);
    db.execute(NO_LONG_WAIT);
    String unfence = "delete from backstitch.fence where worker_id = " + worker;

    assertThat(Db.stateOf(() -> execute(db.connection, unfence))).isEqualTo(LOCK_TIMEOUT);

    other.commit();
    execute(db.connection, unfence);
    assertThat(db.all(OWNED)).containsExactly(run + " " + worker);
  }

  @Test
  void the_highest_priority_comes_first_then_the_longest_due_up_to_the_room() throws SQLException {
    parked(run, 1, 1);
    parked(run + 1, 5, 4);
    parked(run + 2, 5, 3);
    parked(run + 3, 9, 5);

    assertThat(claim(db.connection, worker, 2)).containsExactly(run + 2, run + 3);
    assertThat(claim(db.connection, worker, 1)).containsExactly(run + 1);
    assertThat(claim(db.connection, worker, 0)).isEmpty();
    assertThat(claim(db.connection, worker, 9)).containsExactly(run);
  }

  @Test
  void what_is_not_due_of_another_queue_or_of_another_workflow_is_left_alone() throws SQLException {
    for (int i = 0; i < 4; i++) {
      parked(run + i, 5, 1);
    }
    parked(run + 4, 5, FAR_FUTURE_MICROS);
    db.execute("update backstitch.run set queue = 'bulk' where run_id = %s", run + 1);
    db.execute("update backstitch.run set workflow = 'part' where run_id = %s", run + 2);
    db.execute("update backstitch.run set wake_at = clock_timestamp() where run_id = %s", run + 3);

    assertThat(claim(db.connection, worker, 9, 3_600)).containsExactly(run);
    assertThat(claim(db.connection, worker, 9)).containsExactly(run + 3);
    assertThat(claim(db.connection, worker, 9)).isEmpty();
  }
}
