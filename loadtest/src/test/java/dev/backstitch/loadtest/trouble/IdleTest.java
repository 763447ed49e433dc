package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an engine that has nothing to do costs its database.
final class IdleTest {
  private static final Logger log = LoggerFactory.getLogger(IdleTest.class);
  private static final Duration SETTLING = Duration.ofSeconds(4);

  /// Long, because server processes report what they have done about once a second.
  private static final Duration WATCHED = Duration.ofSeconds(12);

  private static final double MOST_PER_SECOND = 8;

  @Test
  void an_idle_worker_asks_its_database_at_most_eight_times_a_second() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Orchestrator engine = open(database)) {
      pass(SETTLING);
      long before = transactions(database);
      long began = System.nanoTime();

      pass(WATCHED);

      double seconds = (System.nanoTime() - began) / 1e9;
      double perSecond = (transactions(database) - before) / seconds;
      log.info("event=idle_measured transactions_per_second={}", perSecond);
      assertThat(engine.unreadyReason()).isEmpty();
      assertThat(perSecond).as("transactions per second").isBetween(1.0, MOST_PER_SECOND);
    }
  }

  private static Orchestrator open(TestDatabase database) {
    return Orchestrator.open(
        OrchestratorConfig.defaults(),
        new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()),
        List.of(new Walk()),
        new Settings(Map.of()));
  }

  private static void pass(Duration time) {
    await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
  }

  private static long transactions(TestDatabase database) throws SQLException {
    return Long.parseLong(
        Rows.of(
                database.dataSource(),
                """
                select xact_commit + xact_rollback
                from pg_stat_database
                where datname = current_database()
                """)
            .getFirst());
  }
}
