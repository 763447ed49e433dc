package dev.backstitch.loadtest.trouble;

import dev.backstitch.loadtest.network.PostgresProxy;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;

/// A database that keeps its promises, a network in front of it, and some engines behind that.
final class Site implements AutoCloseable {
  final Walkers walkers;
  final PostgresProxy proxy;
  private final Path home;
  private final int port;
  private EmbeddedPostgres postgres;

  private Site(Path home, EmbeddedPostgres postgres, OrchestratorConfig config, int engines) {
    this.home = home;
    this.postgres = postgres;
    this.port = postgres.port();
    this.proxy = PostgresProxy.start(port);
    this.walkers = Walkers.on(address(), config, engines);
  }

  /// With two engines.
  static Site in(Path folder, OrchestratorConfig config) {
    return in(folder, config, 2);
  }

  static Site in(Path folder, OrchestratorConfig config, int engines) {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgresConfig.in(folder));
    Migrator.migrate(postgres.dataSource());
    return new Site(folder, postgres, config, engines);
  }

  /// The database through the proxy.
  private DatabaseAddress address() {
    return new DatabaseAddress(
        postgres.jdbcUrl().replace(":" + port + "/", ":" + proxy.port() + "/"),
        postgres.user(),
        postgres.password());
  }

  /// Past the proxy.
  DataSource database() {
    return postgres.dataSource();
  }

  /// Crashes the server as `kill -QUIT` does, and starts it again on the same port.
  void crashAndRestart() throws IOException, InterruptedException {
    crash();
    restart();
  }

  /// Crashes the server as `kill -QUIT` does. Until it is started again, nobody can connect.
  void crash() throws IOException, InterruptedException {
    String pid = Files.readAllLines(home.resolve("data/postmaster.pid")).getFirst().strip();
    new ProcessBuilder("kill", "-QUIT", pid).inheritIO().start().waitFor();
    postgres.close();
  }

  /// Starts the crashed server again, on the same port.
  void restart() {
    postgres = EmbeddedPostgres.start(EmbeddedPostgresConfig.in(home).withPort(port));
  }

  @Override
  public void close() {
    proxy.release();
    walkers.close();
    proxy.close();
    postgres.close();
  }
}
