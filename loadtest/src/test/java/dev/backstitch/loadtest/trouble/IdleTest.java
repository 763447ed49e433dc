package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.activities.callback.CallbackModule;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.loadtest.network.PostgresProxy;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What engines that have nothing to do cost their database.
@Tag("alone")
final class IdleTest {
  private static final Logger log = LoggerFactory.getLogger(IdleTest.class);
  private static final Duration SETTLING = Duration.ofSeconds(4);

  /// Long, because server processes report what they have done about once a second.
  private static final Duration WATCHED = Duration.ofSeconds(12);

  private static final double MOST_PER_SECOND = 8;

  private static final int SERVERS = 3;

  /// Per server and second: a look at the others, two for runs that are due, one for posts, one for
  /// messages, a heartbeat; every other second a comparison with the others; every five seconds
  /// seven for syncs, with their transactions. And the pool may ask whether a connection still
  /// lives.
  private static final double MOST_STATEMENTS_PER_SECOND = 10;

  @TempDir private Path home;

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

  /// Beside others it looks for their deaths, and around the engine a server has more to look for.
  @Test
  void an_idle_server_beside_others_sends_at_most_ten_statements_a_second() {
    List<Server> servers = new ArrayList<>();
    try (TestDatabase database = TestDatabase.create();
        PostgresProxy proxy = proxy(database)) {
      try {
        for (int i = 0; i < SERVERS; i++) {
          servers.add(serve(home.resolve("server-" + i), through(proxy, database)));
        }
        pass(SETTLING);
        Map<String, Long> before = proxy.statements();
        long began = System.nanoTime();

        pass(WATCHED);

        Map<String, Long> sent = since(before, proxy.statements());
        double seconds = (System.nanoTime() - began) / 1e9;
        double perSecond =
            sent.values().stream().mapToLong(Long::longValue).sum() / seconds / SERVERS;
        log.info("event=idle_measured statements_per_second_and_server={}", perSecond);
        assertThat(servers)
            .allSatisfy(server -> assertThat(server.orchestrator().unreadyReason()).isEmpty());
        assertThat(perSecond)
            .as("statements per second and server, of %s", sent)
            .isBetween(1.0, MOST_STATEMENTS_PER_SECOND);
      } finally {
        servers.forEach(Server::close);
      }
    }
  }

  /// With a sender of posts, which makes it look for them.
  private static Server serve(Path home, DatabaseAddress address) {
    return Server.start(
        ServerConfig.in(home).withAddress("127.0.0.1", 0).withDatabase(address),
        List.of(new Walk(), new CallbackModule()),
        new Settings(Map.of()));
  }

  private static PostgresProxy proxy(TestDatabase database) {
    return PostgresProxy.start(direct(database).getPort());
  }

  private static DatabaseAddress through(PostgresProxy proxy, TestDatabase database) {
    return new DatabaseAddress(
        "jdbc:postgresql://127.0.0.1:" + proxy.port() + direct(database).getPath(),
        database.user(),
        database.password());
  }

  private static URI direct(TestDatabase database) {
    return URI.create(database.jdbcUrl().substring("jdbc:".length()));
  }

  private static Map<String, Long> since(Map<String, Long> before, Map<String, Long> now) {
    Map<String, Long> more = new TreeMap<>(now);
    more.replaceAll((sql, count) -> count - before.getOrDefault(sql, 0L));
    more.values().removeIf(count -> count == 0);
    return more;
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
