package dev.backstitch.migrations;

import java.sql.SQLException;
import javax.sql.DataSource;

/// One statement against a database, for tests.
final class Sql {

  private Sql() {}

  static void execute(DataSource database, String statement) throws SQLException {
    try (var connection = database.getConnection();
        var execution = connection.createStatement()) {
      execution.execute(statement);
    }
  }

  /// The first column of the first row.
  static String query(DataSource database, String query) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(query)) {
      if (!result.next()) {
        throw new IllegalStateException("no row: " + query);
      }
      return result.getString(1);
    }
  }
}
