package dev.backstitch.migrations;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/// Asks a schema which builds it still serves.
final class CompatibilityStore {
  private CompatibilityStore() {}

  private static final String IS_KNOWN =
      """
      select to_regprocedure('backstitch.compatible_from()') is not null
      """;

  private static final String COMPATIBLE_FROM =
      """
      select backstitch.compatible_from()
      """;

  /// The newest migration of the oldest build that works on it; empty if the schema does not say.
  static Optional<String> compatibleFrom(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      return ask(statement, IS_KNOWN).equals("t")
          ? Optional.of(ask(statement, COMPATIBLE_FROM))
          : Optional.empty();
    }
  }

  private static String ask(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
