package dev.backstitch.loadtest.sync;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

/// Holds the flush that writes a chosen event inside the server, so that its process can be killed
/// exactly there; then lets the server commit it, or undoes it.
///
/// A trigger on the history waits for an advisory lock that this class has.
final class HeldFlush implements AutoCloseable {
  private static final int LOCK = 471_147;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Connection connection;

  HeldFlush(TestDatabase database) throws SQLException {
    this.connection = database.dataSource().getConnection();
    execute("create table public.hold (seq integer not null)");
    execute(
        """
        create function public.hold() returns trigger
        language plpgsql
        as $$
        begin
          if exists (select from public.hold h where h.seq = new.seq) then
            perform pg_advisory_xact_lock(%d);
          end if;
          return null;
        end
        $$
        """
            .formatted(LOCK));
    execute(
        """
        create trigger hold_here
        after insert on backstitch.history
        for each row execute function public.hold()
        """);
    execute("select pg_advisory_lock(%d)".formatted(LOCK));
  }

  /// From now on the flush that writes this event stops.
  void holdAt(int seq) throws SQLException {
    execute("delete from public.hold");
    execute("insert into public.hold values (%d)".formatted(seq));
  }

  /// Waits until a flush is held.
  ///
  /// @return its server process; empty if the run was closed instead
  OptionalInt awaitHeld() throws SQLException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      OptionalInt held =
          query(
              """
              select pid
              from pg_locks
              where locktype = 'advisory'
                and objid = %d
                and not granted
              """
                  .formatted(LOCK));
      if (held.isPresent()) {
        return held;
      }
      if (query("select 1 from backstitch.run where closed_at is not null").isPresent()) {
        return OptionalInt.empty();
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
    throw new AssertionError("no flush came within " + PATIENCE);
  }

  /// Lets the server finish the held flush, though nobody waits for its answer any more.
  void letItCommit(int process) throws SQLException {
    execute("delete from public.hold");
    execute("select pg_advisory_unlock(%d)".formatted(LOCK));
    awaitGone(process);
    execute("select pg_advisory_lock(%d)".formatted(LOCK));
  }

  /// Undoes the held flush.
  void undo(int process) throws SQLException {
    execute("delete from public.hold");
    execute("select pg_terminate_backend(%d)".formatted(process));
    awaitGone(process);
  }

  int lastSeq() throws SQLException {
    return query("select coalesce(max(seq), 0) from backstitch.history").orElseThrow();
  }

  private void awaitGone(int process) throws SQLException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (query("select 1 from pg_stat_activity where pid = " + process).isPresent()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("server process " + process + " is still there");
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private OptionalInt query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? OptionalInt.of(rows.getInt(1)) : OptionalInt.empty();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
