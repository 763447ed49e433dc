package dev.backstitch.migrations.testkit;

import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server that all tests of one process share, and the template that their databases are copied
/// from. Static, because a server per test class would cost more than the tests.
final class TestServer {

  private static final Logger LOG = LoggerFactory.getLogger(TestServer.class);
  private static final int DROP_TRIES = 50;
  private static final Duration DROP_PAUSE = Duration.ofMillis(100);
  private static final String TEMPLATE = "test_template";
  private static @Nullable TestServer shared;

  private final EmbeddedPostgres postgres;

  private TestServer(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static synchronized TestServer shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static TestServer start() {
    TestFolders folders = TestFolders.ofThisUser();
    folders.removeLeftBehind();
    Path home = folders.newHome();
    var postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgresConfig.in(home)
                .withBinariesFolder(folders.binaries())
                .withoutDurability()
                .withSettings(Map.of("max_connections", "200", "log_checkpoints", "off")));
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("test-server-stop")
                .unstarted(() -> {
                  postgres.close();
                  EmbeddedPostgres.delete(home);
                }));
    var server = new TestServer(postgres);
    server.makeTemplate();
    return server;
  }

  private void makeTemplate() {
    execute("create database " + TEMPLATE);
    var template = new PGSimpleDataSource();
    template.setUrl(jdbcUrl(TEMPLATE));
    template.setUser(user());
    template.setPassword(password());
    Migrator.migrate(template);
    // A database to which somebody is connected cannot be copied; this also keeps autovacuum out.
    execute("alter database " + TEMPLATE + " with is_template true allow_connections false");
  }

  void createDatabase(String name) {
    execute("create database " + name + " template " + TEMPLATE + " strategy file_copy");
  }

  void dropDatabase(String name) {
    for (int i = 1; i < DROP_TRIES; i++) {
      try {
        execute("drop database if exists " + name + " with (force)");
        return;
      } catch (IllegalStateException e) {
        // Autovacuum is in it: nobody but a superuser may end that, and it ends soon.
        LOG.debug("not dropped yet name={}", name, e);
        LockSupport.parkNanos(DROP_PAUSE.toNanos());
      }
    }
    execute("drop database if exists " + name + " with (force)");
  }

  /// Names are our own, made of letters and digits; a statement of this kind takes no parameters.
  private void execute(String statement) {
    try (Connection connection = postgres.dataSource().getConnection();
        var execution = connection.createStatement()) {
      execution.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException("the test server refused: " + statement, e);
    }
  }

  String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgres.port(), database);
  }

  String user() {
    return postgres.user();
  }

  String password() {
    return postgres.password();
  }
}
