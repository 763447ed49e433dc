package dev.backstitch.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/// Lets one process at a time migrate a database.
///
/// Flyway has a lock of its own, but looks for it once a second only, and creates the schema before
/// it takes it. Waiting inside of `pg_advisory_lock` is no alternative: the waiting statement keeps
/// a snapshot, and `CREATE INDEX CONCURRENTLY` in a migration waits for all older snapshots.
record MigrationLock(Connection connection) implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(20);

  private static final String TRY_LOCK =
      """
      select pg_try_advisory_lock(hashtextextended('backstitch.migrate', 0))
      """;

  private static final String UNLOCK =
      """
      select pg_advisory_unlock(hashtextextended('backstitch.migrate', 0))
      """;

  /// The lock belongs to the session of the connection, which has to stay open, outside of a
  /// transaction.
  static MigrationLock acquire(Connection connection) throws SQLException {
    Instant deadline = Instant.now().plus(LIMIT);
    connection.setAutoCommit(true);
    while (!isTrue(connection, TRY_LOCK)) {
      if (Instant.now().isAfter(deadline)) {
        throw MigrationException.othersTookTooLong(LIMIT);
      }
      Pause.of(POLL, "waiting for another process to migrate");
    }
    return new MigrationLock(connection);
  }

  @Override
  public void close() throws SQLException {
    if (!isTrue(connection, UNLOCK)) {
      throw new IllegalStateException("the migration lock was lost before it was released");
    }
  }

  private static boolean isTrue(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(query)) {
      return result.next() && result.getBoolean(1);
    }
  }
}
