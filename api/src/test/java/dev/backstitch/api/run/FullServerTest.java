package dev.backstitch.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.RunId;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// A server that has as many starts in progress as it takes.
class FullServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void a_start_too_many_is_told_to_come_back_and_is_served_when_it_does() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestApp app =
            TestApp.startOn(
                database, config -> config.withEngine(config.engine().withStartsAtOnce(1)));
        Connection lock = database.dataSource().getConnection()) {
      lock.setAutoCommit(false);
      execute(lock, "lock table backstitch.run in share row exclusive mode");
      CompletableFuture<HttpResponse<String>> first =
          CompletableFuture.supplyAsync(() -> greet(app, "first"));
      awaitWaitingFlush(database);

      HttpResponse<String> refused = greet(app, "second");

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/problem+json");
      assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
      JsonNode problem = TestApp.json(refused);
      assertThat(problem.path("status").asInt()).isEqualTo(429);
      assertThat(problem.path("code").asText()).isEqualTo("overloaded");
      lock.commit();

      HttpResponse<String> accepted = first.get();
      assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(201);
      // Not 200: of the refused one nothing was written.
      HttpResponse<String> again = greet(app, "second");
      assertThat(again.statusCode()).as(again.body()).isEqualTo(201);
      app.awaitClosed(RunId.parse(TestApp.json(accepted).path("id").asText()));
      app.awaitClosed(RunId.parse(TestApp.json(again).path("id").asText()));
      assertThat(count(lock, "select count(*) from backstitch.run")).isEqualTo(2);
      lock.commit();
    }
  }

  private static HttpResponse<String> greet(TestApp app, String key) {
    return app.post(
        "/api/v1/runs",
        "{\"workflow\": \"greet\", \"key\": \"" + key + "\", \"input\": {\"name\": \"Ada\"}}");
  }

  private static void awaitWaitingFlush(TestDatabase database) throws SQLException {
    try (Connection watch = database.dataSource().getConnection()) {
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() ->
              count(
                      watch,
                      "select count(*) from pg_stat_activity"
                          + " where datname = current_database() and wait_event_type = 'Lock'"
                          + " and application_name like 'backstitch lane%'")
                  > 0);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
