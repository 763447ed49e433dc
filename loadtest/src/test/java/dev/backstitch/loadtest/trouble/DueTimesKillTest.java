package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.api.command.ApiClient;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers fire schedules of a second, and are killed again and again while they do. The API
/// they are to sync from is not one they are configured for, so each sync fails at once, which is
/// all the same here.
final class DueTimesKillTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SYNCS = 5;
  private static final int KILLS = 4;

  private final TestDatabase database = TestDatabase.create();

  @TempDir private Path folder;

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Test
  void each_due_time_has_one_run_whoever_is_killed_when() throws Exception {
    try (ServeProcess first = server("first");
        ServeProcess second = server("second")) {
      first.start();
      second.start();
      configure(first);
      for (int kill = 0; kill < KILLS; kill++) {
        long before = count("select count(*) from backstitch.sync_run");
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> count("select count(*) from backstitch.sync_run") > before + SYNCS);
        ServeProcess victim = kill % 2 == 0 ? first : second;
        victim.close();
        victim.start();
      }
      delete(first);

      assertThat(rows("select name from backstitch.sync_run group by name having count(*) > 3"))
          .hasSize(SYNCS);
      assertThat(
              rows(
                  """
                  select name, due_at from backstitch.sync_run
                  group by name, due_at having count(*) > 1
                  """))
          .as("times that were fired twice")
          .isEmpty();
      assertThat(
              rows(
                  """
                  select coalesce(r.run_id, s.run_id)
                  from backstitch.run r
                  full join backstitch.sync_run s on s.run_id = r.run_id
                  where r.run_id is null or s.run_id is null
                  """))
          .as("runs that no due time has, and due times without a run")
          .isEmpty();
      assertThat(
              rows(
                  """
                  select s.run_id from backstitch.sync_run s
                  where not exists (
                    select from backstitch.history h where h.run_id = s.run_id and h.seq = 1)
                  """))
          .as("runs without a beginning")
          .isEmpty();
    }
  }

  private ServeProcess server(String name) {
    return new ServeProcess(
        folder.resolve(name),
        new ServeProcess.Launch(
            new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()),
            folder.resolve("steps"),
            List.of()));
  }

  private static void configure(ServeProcess server) {
    try (ApiClient api = client(server)) {
      for (int i = 0; i < SYNCS; i++) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putArray("repositories").add("course/progress-" + i);
        config.put("apiUrl", "https://github.example.com/api/v3");
        config.putObject("schedule").put("every", "1s");
        api.put("/api/v1/syncs/sync-" + i, config);
      }
    }
  }

  private static void delete(ServeProcess server) {
    try (ApiClient api = client(server)) {
      for (int i = 0; i < SYNCS; i++) {
        api.delete("/api/v1/syncs/sync-" + i);
      }
    }
  }

  private static ApiClient client(ServeProcess server) {
    return new ApiClient(server.address().orElseThrow(), Optional.empty());
  }

  private long count(String query) throws SQLException {
    return Long.parseLong(rows(query).getFirst());
  }

  private List<String> rows(String query) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }
}
