package dev.backstitch.orchestrator.checkpoint;

import com.google.errorprone.annotations.FormatMethod;
import dev.backstitch.migrations.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// A test database with a connection, and the few questions that tests of the SQL ask.
final class Db implements AutoCloseable {
  /// Bound while [SqlMutantsTest] runs other tests: what is wrong with every new database's schema.
  static final ScopedValue<SqlMutant> MUTANT = ScopedValue.newInstance();

  private final TestDatabase database = database();
  final Connection connection;

  Db() {
    try {
      connection = database.dataSource().getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A new database, with what is wrong on purpose.
  static TestDatabase database() {
    TestDatabase database = TestDatabase.create();
    if (MUTANT.isBound()) {
      try (Connection connection = database.dataSource().getConnection()) {
        MUTANT.get().remake(connection);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    return database;
  }

  Connection another() throws SQLException {
    return database.dataSource().getConnection();
  }

  /// Registers a worker by hand, with fence rows for lanes 0 and 1.
  long worker() throws SQLException {
    long id =
        Long.parseLong(
            one(
                """
                insert into backstitch.worker (host, process_id, build, lease)
                values ('test', 1, 'test', interval '1 minute')
                returning worker_id
                """));
    execute("insert into backstitch.fence (worker_id, lane) values (%s, 0), (%s, 1)", id, id);
    return id;
  }

  @FormatMethod
  void execute(String sql, Object... arguments) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql.formatted(arguments));
    }
  }

  /// The first column of the only row.
  @FormatMethod
  String one(String sql, Object... arguments) throws SQLException {
    List<String> all = all(sql, arguments);
    Assertions.assertThat(all).as(sql).hasSize(1);
    return all.getFirst();
  }

  /// Every row, its columns joined by blanks.
  @FormatMethod
  List<String> all(String sql, Object... arguments) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql.formatted(arguments))) {
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

  /// The SQLSTATE that it fails with.
  static String stateOf(ThrowingCallable code) {
    Throwable thrown = Assertions.catchThrowable(code);
    if (thrown instanceof SQLException refused) {
      return refused.getSQLState();
    }
    throw new AssertionError("it was not refused by the database", thrown);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    database.close();
  }
}
