package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.network.PostgresProxy;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.OverloadedException;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.StartTimeoutException;
import dev.backstitch.orchestrator.check.InvariantChecker;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A database that keeps its promises, a network in front of it, and two engines behind that.
final class Site implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Walk walk = new Walk();
  final PostgresProxy proxy;
  private final Path home;
  private final int port;
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Orchestrator> engines = new ArrayList<>();
  private EmbeddedPostgres postgres;

  private Site(Path home, EmbeddedPostgres postgres) {
    this.home = home;
    this.postgres = postgres;
    this.port = postgres.port();
    this.proxy = PostgresProxy.start(port);
  }

  static Site in(Path folder, OrchestratorConfig config) {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgresConfig.in(folder));
    Migrator.migrate(postgres.dataSource());
    Site site = new Site(folder, postgres);
    site.engines.add(site.engine(config));
    site.engines.add(site.engine(config));
    return site;
  }

  private Orchestrator engine(OrchestratorConfig config) {
    return Orchestrator.open(config, address(), List.of(walk), new Settings(Map.of()));
  }

  /// The database through the proxy.
  DatabaseAddress address() {
    return new DatabaseAddress(
        postgres.jdbcUrl().replace(":" + port + "/", ":" + proxy.port() + "/"),
        postgres.user(),
        postgres.password());
  }

  Orchestrator engine(int number) {
    return engines.get(number);
  }

  /// Starts runs from several clients at once; each insists until its run is acknowledged.
  List<Future<RunId>> walk(int walkers) {
    List<Future<RunId>> started = new ArrayList<>();
    for (int i = 0; i < walkers; i++) {
      int walker = i;
      started.add(clients.submit(() -> insist(walker)));
    }
    return started;
  }

  private RunId insist(int walker) {
    StartRequest request =
        new StartRequest("walk", "walker " + walker, Payload.ofJson("\"" + walker + "\""));
    while (true) {
      try {
        return engines.get(walker % engines.size()).start(request).runId();
      } catch (StartTimeoutException | OverloadedException e) {
        // As a client over HTTP would after 503 or 429: the same again.
        assertThat(e).hasMessageNotContaining("STUCK");
      }
    }
  }

  /// Every run is completed, every step was taken, and the database holds all invariants.
  void assertAllArrived(List<Future<RunId>> started) throws Exception {
    for (Future<RunId> run : started) {
      RunId id = run.get();
      Optional<RunResult> result = engines.getFirst().result(id, PATIENCE);
      assertThat(result)
          .as("run %s: %s", id, engines.getFirst().describe(id))
          .containsInstanceOf(RunResult.Completed.class);
    }
    assertThat(walk.different()).isGreaterThanOrEqualTo(started.size() * Walk.STEPS);
    assertThat(InvariantChecker.on(postgres.dataSource()).check().violated()).isEmpty();
  }

  /// Crashes the server as `kill -QUIT` does, and starts it again on the same port.
  void crashAndRestart() throws IOException, InterruptedException {
    String pid = Files.readAllLines(home.resolve("data/postmaster.pid")).getFirst().strip();
    new ProcessBuilder("kill", "-QUIT", pid).inheritIO().start().waitFor();
    postgres.close();
    postgres = EmbeddedPostgres.start(EmbeddedPostgresConfig.in(home).withPort(port));
  }

  List<String> rows(String query) throws SQLException {
    return Rows.of(postgres.dataSource(), query);
  }

  @Override
  public void close() {
    proxy.release();
    engines.forEach(Orchestrator::close);
    clients.shutdownNow();
    proxy.close();
    postgres.close();
  }
}
