package dev.backstitch.orchestrator.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/// Finds out whether sessions at an address are sessions.
///
/// Behind a pooler in transaction mode they are not: each transaction runs in whichever server
/// process is free. A session lock would then be somebody else's, notifications would not come, and
/// a lane's prepared statements would be gone. It shows in the process that answers: two
/// connections that are open at the same time have two, each always the same one.
public final class PoolerProbe {
  private static final int ROUNDS = 3;

  /// `protocol_violation`: what PgBouncer says to a start-up parameter that it does not know.
  private static final String PROTOCOL_VIOLATION = "08P01";

  private PoolerProbe() {}

  /// Refuses an address that leads to a pooler in transaction or statement mode.
  ///
  /// @throws IllegalArgumentException if it does; the message says what to do
  /// @throws SQLException if the database can't be reached
  public static void requireSessions(DatabaseAddress database) throws SQLException {
    try (Connection first = database.connect("probe", 0);
        Connection second = database.connect("probe", 0)) {
      Set<Integer> ofFirst = new HashSet<>();
      Set<Integer> ofSecond = new HashSet<>();
      for (int i = 0; i < ROUNDS; i++) {
        ofFirst.add(SessionStore.backend(first));
        ofSecond.add(SessionStore.backend(second));
      }
      if (ofFirst.size() > 1 || ofSecond.size() > 1 || ofFirst.equals(ofSecond)) {
        throw new IllegalArgumentException(
            "BST-DB-108: --database-url leads to a pooler in transaction mode ("
                + database.jdbcUrl()
                + "). Leases and notifications need sessions: pass the database's own address,"
                + " and the pooler's as --database-pool-url.");
      }
    } catch (SQLException e) {
      if (PROTOCOL_VIOLATION.equals(e.getSQLState())) {
        throw new IllegalArgumentException(
            "BST-DB-109: what listens at --database-url ("
                + database.jdbcUrl()
                + ") does not take PostgreSQL's start-up parameters ("
                + e.getMessage()
                + "), so it is a pooler. Pass the database's own address, and the pooler's as"
                + " --database-pool-url. A pooler in session mode will do, with"
                + " ignore_startup_parameters = extra_float_digits,options.",
            e);
      }
      throw e;
    }
  }
}
