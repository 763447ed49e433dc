package dev.backstitch.loadtest.trouble;

import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A primary and its synchronous standby: the primary acknowledges a commit when both have it on
/// disk.
///
/// The standby is made as anywhere, from a base backup. Its embedded server counts as started once
/// it takes writes, so it is waited for in the background until it has been promoted.
final class Replicas implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String STANDBY = "standby";

  private final EmbeddedPostgres primary;
  private final Path standbyHome;
  private final int standbyPort;
  private final CompletableFuture<EmbeddedPostgres> standby;

  private Replicas(Path folder) throws IOException, SQLException {
    EmbeddedPostgresConfig config =
        EmbeddedPostgresConfig.in(folder.resolve("primary"))
            .withBinariesFolder(folder.resolve("binaries"));
    primary = EmbeddedPostgres.start(config.withSettings(Map.of("wal_keep_size", "256MB")));
    Migrator.migrate(primary.dataSource());
    standbyHome = Files.createDirectory(folder.resolve(STANDBY));
    standbyPort = freePort();
    backUp();
    EmbeddedPostgresConfig standbyConfig =
        EmbeddedPostgresConfig.in(standbyHome)
            .withBinariesFolder(folder.resolve("binaries"))
            .withPort(standbyPort)
            .withStartTimeout(PATIENCE.multipliedBy(3))
            .withSettings(
                Map.of(
                    "primary_conninfo",
                    "host=127.0.0.1 port=%d user=postgres password=%s application_name=%s"
                        .formatted(primary.port(), primary.password(), STANDBY)));
    standby = CompletableFuture.supplyAsync(() -> EmbeddedPostgres.start(standbyConfig));
  }

  static Replicas in(Path folder) throws IOException, SQLException {
    Replicas replicas = new Replicas(folder);
    try {
      replicas.awaitOnPrimary("streaming", "select state from pg_stat_replication");
      try (Connection connection = replicas.superuser(replicas.primary.port());
          Statement statement = connection.createStatement()) {
        statement.execute("alter system set synchronous_standby_names = '" + STANDBY + "'");
        statement.execute("select pg_reload_conf()");
      }
      replicas.awaitOnPrimary("sync", "select sync_state from pg_stat_replication");
      return replicas;
    } catch (SQLException | RuntimeException e) {
      replicas.close();
      throw e;
    }
  }

  /// Whichever of the two is the primary.
  DatabaseAddress address() {
    return new DatabaseAddress(
        "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/%s?targetServerType=primary&hostRecheckSeconds=1"
            .formatted(primary.port(), standbyPort, databaseName()),
        primary.user(),
        primary.password());
  }

  /// Kills the primary with `kill -9` and makes the standby the primary.
  ///
  /// @return the new primary
  EmbeddedPostgres failOver() throws Exception {
    Path data = primary.home().resolve("data");
    // A watchdog starts a killed server again. What comes back must not take itself for the
    // primary: two of them would be worse than none.
    Files.createFile(data.resolve("standby.signal"));
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
    new ProcessBuilder("kill", "-KILL", pid).inheritIO().start().waitFor();
    try (Connection connection = superuser(standbyPort);
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_promote()");
    }
    return standby.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private String databaseName() {
    String url = primary.jdbcUrl();
    return url.substring(url.lastIndexOf('/') + 1);
  }

  /// https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
  private void backUp() throws IOException, SQLException {
    Path data = standbyHome.resolve("data");
    try (Connection connection = superuser(primary.port());
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('" + STANDBY + "', true)");
      copy(primary.home().resolve("data"), data);
      try (ResultSet stopped =
          statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
        stopped.next();
        Files.writeString(data.resolve("backup_label"), stopped.getString(1));
      }
    }
    Files.createFile(data.resolve("standby.signal"));
    for (String name : new String[] {"password", "owner.lock"}) {
      Files.copy(
          primary.home().resolve(name),
          standbyHome.resolve(name),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  /// All but the server's own state and the log, which comes over the wire.
  private static void copy(Path from, Path to) throws IOException {
    Predicate<Path> left =
        path ->
            path.startsWith("pg_wal")
                || path.startsWith("postmaster.pid")
                || path.startsWith("postmaster.opts");
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path relative = from.relativize(folder);
            Files.copy(folder, to.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
            return left.test(relative) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path relative = from.relativize(file);
            if (!left.test(relative)) {
              Files.copy(file, to.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void awaitOnPrimary(String expected, String query) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          try (Connection connection = superuser(primary.port());
              Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery(query)) {
            return rows.next() && expected.equals(rows.getString(1));
          }
        });
  }

  private Connection superuser(int port) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + databaseName(),
        "postgres",
        primary.password());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    primary.close();
    standby.join().close();
  }
}
