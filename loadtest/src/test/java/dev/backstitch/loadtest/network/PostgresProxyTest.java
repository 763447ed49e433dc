package dev.backstitch.loadtest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PostgresProxyTest {
  private final TestDatabase database = TestDatabase.create();
  private final URI direct = URI.create(database.jdbcUrl().substring("jdbc:".length()));
  private final PostgresProxy proxy = PostgresProxy.start(direct.getPort());

  @BeforeEach
  void makeTable() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      execute(connection, "create table note (id integer primary key)");
    }
  }

  @AfterEach
  void close() {
    proxy.close();
    database.close();
  }

  private Connection connect() throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + direct.getPath();
    return new DatabaseAddress(url, database.user(), database.password()).connect("test");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int notes() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from note")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void without_a_fault_everything_passes() throws SQLException {
    try (Connection connection = connect()) {
      for (int i = 0; i < 20; i++) {
        execute(connection, "insert into note values (" + i + ")");
      }
    }

    assertThat(notes()).isEqualTo(20);
  }

  @Test
  void a_lost_answer_is_that_of_a_committed_statement_and_of_no_other() throws SQLException {
    try (Connection connection = connect();
        Connection other = connect()) {
      execute(connection, "insert into note values (1)");
      proxy.loseAnswers("into note", 1);
      execute(other, "select count(*) from note");

      assertThatThrownBy(() -> execute(connection, "insert into note values (2)"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));

      assertThat(notes()).isEqualTo(2);
      execute(other, "insert into note values (3)");
      assertThat(notes()).isEqualTo(3);
      assertThat(proxy.answersLost()).isEqualTo(1);
    }
  }

  @Test
  void in_a_transaction_the_answer_to_its_commit_is_lost_and_to_a_rollback_none()
      throws SQLException {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      proxy.loseAnswers("into note", 1);
      execute(connection, "insert into note values (1)");
      execute(connection, "select count(*) from note");
      connection.rollback();
      assertThat(proxy.answersLost()).isZero();
      execute(connection, "select count(*) from note");
      connection.commit();
      execute(connection, "insert into note values (2)");
      execute(connection, "select count(*) from note");

      assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);

      assertThat(notes()).isEqualTo(1);
      assertThat(proxy.answersLost()).isEqualTo(1);
    }
  }

  @Test
  void what_is_refused_or_has_found_nothing_to_write_is_answered() throws SQLException {
    try (Connection connection = connect()) {
      execute(connection, "insert into note values (1)");
      proxy.loseAnswers(new PostgresProxy.Committed("note", true), 1);
      assertThatThrownBy(() -> execute(connection, "insert into note values (1) returning id"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
      execute(connection, "update note set id = 3 where id = 2 returning id");
      assertThat(proxy.answersLost()).isZero();

      assertThatThrownBy(
              () -> execute(connection, "update note set id = 3 where id = 1 returning id"))
          .isInstanceOf(SQLException.class);

      assertThat(proxy.answersLost()).isEqualTo(1);
    }
  }

  @Test
  void a_prepared_statement_is_known_by_its_text_when_only_its_name_travels() throws SQLException {
    try (Connection connection = connect();
        var insert = connection.prepareStatement("insert into note values (?)")) {
      for (int i = 0; i < 3; i++) {
        insert.setInt(1, i);
        insert.execute();
      }
      proxy.loseAnswers("into note", 1);
      insert.setInt(1, 4);

      assertThatThrownBy(insert::execute).isInstanceOf(SQLException.class);

      assertThat(notes()).isEqualTo(4);
    }
  }

  @Test
  void every_statement_is_counted_by_its_text_prepared_or_not() throws SQLException {
    try (Connection connection = connect();
        var insert = connection.prepareStatement("insert into note values (?)")) {
      for (int i = 0; i < 3; i++) {
        insert.setInt(1, i);
        insert.execute();
      }
      execute(connection, "select 1");
      execute(connection, "select 1");
      connection.setAutoCommit(false);
      execute(connection, "select 2");
      connection.commit();
    }

    assertThat(proxy.statements())
        .containsEntry("insert into note values ($1)", 3L)
        .containsEntry("select 1", 2L)
        .containsEntry("BEGIN", 1L)
        .containsEntry("select 2", 1L)
        .containsEntry("COMMIT", 1L);
  }

  @Test
  void a_cut_ends_every_connection_and_new_ones_are_served() throws SQLException {
    try (Connection first = connect();
        Connection second = connect()) {
      assertThat(proxy.cut()).isEqualTo(2);

      assertThatThrownBy(() -> execute(first, "select 1")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> execute(second, "select 1")).isInstanceOf(SQLException.class);
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> proxy.connections() == 0);
      try (Connection third = connect()) {
        execute(third, "select 1");
      }
    }
  }

  @Test
  void what_is_held_arrives_when_it_is_released() throws Exception {
    try (Connection connection = connect()) {
      proxy.hold();
      CompletableFuture<Void> insert =
          CompletableFuture.runAsync(() -> {
            try {
              execute(connection, "insert into note values (1)");
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });
      assertThatThrownBy(() -> insert.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(notes()).isZero();

      proxy.release();

      insert.get(10, TimeUnit.SECONDS);
      assertThat(notes()).isEqualTo(1);
    }
  }
}
