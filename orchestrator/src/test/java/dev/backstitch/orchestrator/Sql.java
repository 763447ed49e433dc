package dev.backstitch.orchestrator;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/// What tests ask the database themselves, past the engine.
final class Sql implements AutoCloseable {
  private final Connection connection;

  private Sql(Connection connection) {
    this.connection = connection;
  }

  static Sql on(TestDatabase database) throws SQLException {
    return new Sql(Engine.address(database).connect("test"));
  }

  void execute(String statement) throws SQLException {
    try (Statement execution = connection.createStatement()) {
      execution.execute(statement);
    }
  }

  /// Every row, its columns joined by blanks.
  List<String> rows(String query) throws SQLException {
    try (Statement execution = connection.createStatement();
        ResultSet rows = execution.executeQuery(query)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          columns.add(rows.getString(i));
        }
        all.add(String.join(" ", columns));
      }
      return all;
    }
  }

  /// Ends the connections of one purpose, as a broken network would.
  void cut(String purpose) throws SQLException {
    rows(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where datname = current_database() and application_name = 'backstitch "
            + purpose
            + "'");
  }

  /// Waits until at least so many sessions of this database wait for a lock. A claim that comes by
  /// may wait too.
  void awaitWaiting(int sessions) {
    Awaitility.await()
        .atMost(Engine.PATIENCE)
        .until(() ->
            rows("select count(*) >= "
                    + sessions
                    + " from pg_stat_activity"
                    + " where datname = current_database() and wait_event_type = 'Lock'")
                .equals(List.of("t")));
  }

  /// Waits until a flush waits for a lock.
  void awaitWaitingFlush() {
    Awaitility.await()
        .atMost(Engine.PATIENCE)
        .until(() ->
            !rows("select pid from pg_stat_activity"
                    + " where datname = current_database() and wait_event_type = 'Lock'"
                    + " and application_name like 'backstitch lane%'")
                .isEmpty());
  }

  void begin() throws SQLException {
    connection.setAutoCommit(false);
  }

  void commit() throws SQLException {
    connection.commit();
    connection.setAutoCommit(true);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
