package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The plan of the run updates stays right while the table grows under a cached plan.
///
/// Measured by the server's own counts of the real function's work, since a plan that is made for a
/// look need not be the one that a long-lived lane has.
final class CheckpointPlanTest {
  private final Db db = new Db();

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @Test
  void a_lane_that_began_on_an_empty_table_never_scans_a_large_one() throws SQLException {
    long worker = db.worker();
    long run = Long.parseLong(db.one("select backstitch.first_run_id_at(clock_timestamp())"));
    everyUpdate(worker, run);
    // As autovacuum does at some time: from here on the server takes the table for a small one.
    db.execute("analyze backstitch.run");
    // More than five calls, behind which PostgreSQL keeps a general plan.
    for (int i = 1; i <= 12; i++) {
      everyUpdate(worker, run + 10L * i);
    }

    for (int rows : List.of(100, 200_000)) {
      db.execute(
          """
          insert into backstitch.run (run_id, workflow, status, build, created_at, closed_at)
          select %s + 1000000 + i, 'greet', 'COMPLETED', 'test', clock_timestamp(), clock_timestamp()
          from generate_series(%s, %s) as i
          """,
          run, rows, 2 * rows);
      long before = scannedRows();
      for (int i = 0; i < 3; i++) {
        everyUpdate(worker, run + 1_000L * rows + 10L * i);
      }

      assertThat(scannedRows() - before).as("rows scanned with %s in the table", rows).isZero();
    }
  }

  private void everyUpdate(long worker, long run) throws SQLException {
    new Flush(worker)
        .begin(run, "a" + run)
        .begin(run + 1, null)
        .begin(run + 2, null)
        .run(db.connection);
    new Flush(worker)
        .message(run + 1, "m")
        .event(run, 2, "RunCompleted")
        .close(run)
        .park(run + 1, null)
        .stick(run + 2, "why")
        .run(db.connection);
    new Flush(worker).message(run + 1, "n").run(db.connection);
  }

  private long scannedRows() throws SQLException {
    db.execute("select pg_stat_force_next_flush()");
    return Long.parseLong(
        db.one("select seq_tup_read from pg_stat_user_tables where relname = 'run'"));
  }
}
