package dev.backstitch.migrations.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {

  @Test
  void two_databases_have_the_schema_and_do_not_see_each_other() throws SQLException {
    try (var one = TestDatabase.create();
        var other = TestDatabase.create()) {
      execute(
          one.dataSource(),
          "insert into backstitch.worker (host, process_id, build, lease)"
              + " values ('here', 1, 'test', interval '3 seconds')");

      assertThat(count(one.dataSource())).isEqualTo(1);
      assertThat(count(other.dataSource())).isZero();
    }
  }

  @Test
  void many_tests_may_create_databases_at_the_same_time() throws InterruptedException {
    Callable<Integer> test =
        () -> {
          try (var database = TestDatabase.create()) {
            return count(database.dataSource());
          }
        };

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(threads.invokeAll(Collections.nCopies(8, test)))
          .extracting(Future::resultNow)
          .containsOnly(0);
    }
  }

  @Test
  void closing_ends_the_sessions_that_are_still_open() throws SQLException {
    TestDatabase database = TestDatabase.create();
    try (Connection open = database.dataSource().getConnection()) {
      assertThat(open.isValid(0)).isTrue();

      database.close();

      assertThat(open.isValid(1)).isFalse();
      assertThatThrownBy(() -> database.dataSource().getConnection())
          .isInstanceOf(SQLException.class);
    }
  }

  private static void execute(DataSource database, String sql) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(DataSource database) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery("select count(*) from backstitch.worker")) {
      result.next();
      return result.getInt(1);
    }
  }
}
