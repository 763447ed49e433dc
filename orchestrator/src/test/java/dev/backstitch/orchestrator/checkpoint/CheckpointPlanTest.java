package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The plans of the checkpoint's statements stay right while the tables grow under a cached plan.
///
/// Measured by the server's own counts of the real function's work, since a plan that is made for a
/// look need not be the one that a long-lived lane has. Entries of indexes count, too: a whole
/// index that is read through is a scan by another name.
final class CheckpointPlanTest {
  /// What one round reads of an index is some dozens of entries, whatever the size of the tables.
  private static final long MOST_ENTRIES = 200;

  private static final int ROUNDS = 3;

  /// More than the five calls behind which PostgreSQL keeps a general plan.
  private static final int UNTIL_KEPT = 12;

  private final Db db = new Db();

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  /// What a lane is told by the tables' sizes when it makes its plans, which it keeps.
  @ParameterizedTest
  @ValueSource(ints = {0, 300, 200_000})
  void a_lane_that_begins_on_an_empty_a_small_or_a_large_table_scans_none(int rows)
      throws SQLException {
    long worker = db.worker();
    long run = firstRun();
    fill(worker, run + 1_000_000, rows);
    db.execute("analyze");
    Reads before = reads();

    for (int i = 1; i <= UNTIL_KEPT; i++) {
      everyStatement(worker, run + 10L * i);
    }

    assertReadByIndex(before, UNTIL_KEPT, rows);
  }

  @Test
  void a_lane_that_began_on_an_empty_table_never_scans_a_large_one() throws SQLException {
    long worker = db.worker();
    long run = firstRun();
    everyStatement(worker, run);
    // As autovacuum does at some time: from here on the server takes the tables for small ones.
    db.execute("analyze");
    for (int i = 1; i <= UNTIL_KEPT; i++) {
      everyStatement(worker, run + 10L * i);
    }

    for (int rows : List.of(0, 300, 200_000)) {
      fill(worker, run + 1_000_000, rows);
      Reads before = reads();
      for (int i = 1; i <= ROUNDS; i++) {
        everyStatement(worker, run + 1_000L * (rows + 1) + 10L * i);
      }
      assertReadByIndex(before, ROUNDS, rows);
    }
  }

  private long firstRun() throws SQLException {
    return Long.parseLong(db.one("select backstitch.first_run_id_at(clock_timestamp())"));
  }

  private void assertReadByIndex(Reads before, int rounds, int rows) throws SQLException {
    Reads after = reads();
    assertThat(after.scans() - before.scans())
        .as("scans of a table in %s rounds with %s rows in each", rounds, rows)
        .isZero();
    assertThat(after.entriesSince(before))
        .as("index entries read in %s rounds with %s rows in each table", rounds, rows)
        .isNotEmpty()
        .allSatisfy((_, entries) -> assertThat(entries).isLessThan(rounds * MOST_ENTRIES));
  }

  /// Rows that have nothing to do with what is flushed, in every table that a checkpoint touches.
  /// Half of the runs are over, and half are the worker's and wait.
  private void fill(long worker, long from, int rows) throws SQLException {
    db.execute(
        """
        insert into backstitch.run (run_id, workflow, status, build, created_at, closed_at)
        select %s + i, 'greet', 'COMPLETED', 'test', clock_timestamp(), clock_timestamp()
        from generate_series(%s, %s, 2) as i
        """,
        from, rows + 1, 2 * rows);
    db.execute(
        """
        insert into backstitch.run (run_id, workflow, build, worker_id, created_at)
        select %s + i, 'greet', 'test', %s, clock_timestamp()
        from generate_series(%s, %s, 2) as i
        """,
        from, worker, rows + 2, 2 * rows);
    db.execute(
        """
        insert into backstitch.history (run_id, seq, event_type, occurred_at, worker_id, payload)
        select %s + i, 1, 'RunStarted', clock_timestamp(), 1, '{}'
        from generate_series(%s, %s) as i
        """,
        from, rows + 1, 2 * rows);
    db.execute(
        """
        insert into backstitch.payload (run_id, hash, content)
        select %s + i, sha256('x'), 'x'
        from generate_series(%s, %s) as i
        """,
        from, rows + 1, 2 * rows);
    db.execute(
        """
        insert into backstitch.inbox (run_id, dedup_key, event_type, payload)
        select %s + i, 'filling', 'TimerFired', '{}'
        from generate_series(%s, %s) as i
        """,
        from, rows + 1, 2 * rows);
    db.execute(
        """
        insert into backstitch.outbox (target, key, run_id, seq, content, content_hash)
        select 'wall', 'filling ' || i, %s + i, 1, 'x', sha256('x')
        from generate_series(%s, %s) as i
        """,
        from, rows + 1, 2 * rows);
    db.execute(
        """
        insert into backstitch.post (run_id, seq, target, key)
        select %s + i, 1, 'wall', 'filling'
        from generate_series(%s, %s) as i
        """,
        from, rows + 1, 2 * rows);
    db.execute(
        """
        insert into backstitch.final_post (run_id, target, key, status, content, content_hash)
        select %s + i, 'wall', 'filling', 'COMPLETED', 'x', sha256('x')
        from generate_series(%s, %s) as i
        """,
        from, rows + 1, 2 * rows);
  }

  private void everyStatement(long worker, long run) throws SQLException {
    everyUpdate(worker, run);
    takenMessage(worker, run + 1);
    lostKey(worker, run + 3);
  }

  private void everyUpdate(long worker, long run) throws SQLException {
    new Flush(worker)
        .begin(run, "a" + run)
        .begin(run + 1, null)
        .begin(run + 2, null)
        .largeEvent(run + 1, 2, "\"large\"")
        .declare(run, "wall", "end " + run, "COMPLETED", "ended")
        .declare(run, "wall", "end " + run, "FAILED", "failed")
        .post("wall", "said " + run, run, 1, "first")
        .run(db.connection);
    new Flush(worker)
        .message(run + 1, "m")
        .event(run, 2, "RunCompleted")
        .close(run)
        .park(run + 1, null)
        .stick(run + 2, "why")
        .post("wall", "said " + run, run, 2, "second")
        .run(db.connection);
    new Flush(worker).message(run + 1, "n").run(db.connection);
  }

  private void takenMessage(long worker, long run) throws SQLException {
    new Flush(worker).message(run, "taken").run(db.connection);
    // Not read from the table: what the test reads would be counted.
    long message =
        Long.parseLong(
            db.one("select currval(pg_get_serial_sequence('backstitch.inbox', 'message_id'))"));
    new Flush(worker).take(run, message).run(db.connection);
  }

  private void lostKey(long worker, long run) throws SQLException {
    new Flush(worker).begin(run, "held " + run).run(db.connection);
    assertThat(new Flush(worker).begin(run + 1, "held " + run).run(db.connection))
        .containsExactly(Map.entry(run + 1, run));
  }

  /// What the server has read so far, of all tables of ours.
  ///
  /// @param scans of whole tables
  /// @param entries by index
  private record Reads(long scans, Map<String, Long> entries) {

    private Map<String, Long> entriesSince(Reads before) {
      Map<String, Long> since = new TreeMap<>();
      entries.forEach(
          (index, count) -> since.put(index, count - before.entries().getOrDefault(index, 0L)));
      since.values().removeIf(count -> count == 0);
      return since;
    }
  }

  private Reads reads() throws SQLException {
    db.execute("select pg_stat_force_next_flush()");
    long scans =
        Long.parseLong(
            db.one(
                """
                select sum(seq_scan)
                from pg_stat_user_tables
                where schemaname = 'backstitch'
                """));
    Map<String, Long> entries = new TreeMap<>();
    for (String row :
        db.all(
            """
            select indexrelname, idx_tup_read
            from pg_stat_user_indexes
            where schemaname = 'backstitch'
            """)) {
      String[] columns = row.split(" ", 2);
      entries.put(columns[0], Long.parseLong(columns[1]));
    }
    return new Reads(scans, entries);
  }
}
