package dev.backstitch.orchestrator.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// What a session says of itself.
final class SessionStore {
  private SessionStore() {}

  private static final String BACKEND =
      """
      select pg_backend_pid()
      """;

  /// The server process that answered.
  static int backend(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(BACKEND)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
