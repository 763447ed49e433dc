package dev.backstitch.api.server;

import dev.backstitch.api.http.ConnectionDrain;
import dev.backstitch.api.http.WebServer;
import dev.backstitch.api.monitoring.EngineMeters;
import dev.backstitch.api.monitoring.HealthApi;
import dev.backstitch.api.monitoring.MetricsApi;
import dev.backstitch.api.monitoring.OutboxMeters;
import dev.backstitch.api.page.Pages;
import dev.backstitch.api.quota.QuotasApi;
import dev.backstitch.api.retention.Retention;
import dev.backstitch.api.retention.RetentionConfig;
import dev.backstitch.api.run.EventStreams;
import dev.backstitch.api.run.PostsApi;
import dev.backstitch.api.run.RunControlApi;
import dev.backstitch.api.run.RunsApi;
import dev.backstitch.api.sync.SyncNews;
import dev.backstitch.api.sync.SyncTrigger;
import dev.backstitch.api.sync.Syncs;
import dev.backstitch.api.sync.SyncsApi;
import dev.backstitch.api.webhook.WebhookApi;
import dev.backstitch.api.webhook.WebhookSecret;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.database.PoolerProbe;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running server. Thread-safe.
public final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  /// How long clients that are busy have to come back for the last time.
  static final Duration DRAIN = Duration.ofSeconds(2);

  private static final Duration DRAIN_LOOK = Duration.ofMillis(20);

  private final OpenParts parts;
  private final ConnectionDrain drain;
  private final Orchestrator orchestrator;
  private final WebServer web;

  private Server(OpenParts parts, ConnectionDrain drain, Orchestrator orchestrator, WebServer web) {
    this.parts = parts;
    this.drain = drain;
    this.orchestrator = orchestrator;
    this.web = web;
  }

  /// Starts everything; returns when requests are served. If a part can't be started, those before
  /// it are stopped again.
  ///
  /// @param modules the workflows and activities that it runs
  /// @param settings what the modules may be told
  /// @throws HomeInUseException if another server has the home folder
  /// @throws dev.backstitch.migrations.EmbeddedPostgresException if the embedded database can't be
  ///   started
  /// @throws dev.backstitch.migrations.MigrationException if the database can't be reached or used
  /// @throws dev.backstitch.api.http.PortTakenException if the port is taken
  /// @throws IllegalArgumentException if a module refuses its settings, or the database's address
  ///   leads to a pooler that gives no sessions
  public static Server start(
      ServerConfig config, Collection<? extends WorkflowModule> modules, Settings settings) {
    var parts = new OpenParts();
    try {
      return start(config, modules, settings, parts);
    } catch (RuntimeException e) {
      try {
        parts.close();
      } catch (RuntimeException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private static Server start(
      ServerConfig config,
      Collection<? extends WorkflowModule> modules,
      Settings settings,
      OpenParts parts) {
    Instant begin = Instant.now();
    Path home = config.home().toAbsolutePath().normalize();
    if (config.announced()) {
      parts.add(HomeFolder.own(home));
    } else {
      HomeFolder.create(home);
    }
    DatabaseAddress database = database(config, home, parts);
    var orchestrator = parts.add(Orchestrator.open(config.engine(), database, modules, settings));
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    parts.add(registry::close);
    var streams = parts.add(new EventStreams(orchestrator, config.mostStreams()));
    EngineMeters.addTo(registry, orchestrator);
    OutboxMeters.addTo(registry, orchestrator.posts());
    streams.addTo(registry);
    var runs = new RunsApi(orchestrator, streams);
    var control = new RunControlApi(orchestrator);
    var posts = new PostsApi(orchestrator);
    var syncs = new Syncs(orchestrator);
    // A server for one command's own use does not begin what others are waiting for.
    var trigger =
        config.announced()
            ? parts.add(SyncTrigger.start(orchestrator))
            : SyncTrigger.idle(orchestrator);
    var webhooks =
        new WebhookApi(
            settings.get("webhooks.secret").map(String::strip).map(WebhookSecret::of),
            orchestrator,
            new SyncNews(gather(settings), trigger::lookNow));
    var retention = RetentionConfig.of(settings);
    if (config.announced()) {
      parts.add(
          Retention.start(
              List.of(
                  new Retention.Rule("posts", retention.posts(), orchestrator.posts()::forget),
                  new Retention.Rule("sync-runs", retention.syncRuns(), syncs::forgetRuns),
                  new Retention.Rule("webhooks", retention.webhooks(), webhooks::forget))));
    }
    var pages = new Pages(orchestrator, syncs, Clock.systemUTC());
    var drain = new ConnectionDrain();
    var web =
        WebServer.start(
            config.host(),
            config.port(),
            config.token(),
            pages,
            registry,
            List.of(
                drain,
                new HealthApi(
                    Version.current(), () -> drain.unreadyReason().or(orchestrator::unreadyReason)),
                new MetricsApi(registry),
                new OpenApiDocument(),
                runs,
                control,
                new QuotasApi(orchestrator),
                posts,
                new SyncsApi(syncs, trigger::lookNow),
                webhooks,
                pages));
    // Whoever waits for something is sent home before the web server waits for its requests.
    parts.add(web);
    parts.add(streams);
    parts.add(runs);
    if (config.announced()) {
      announce(home, web, parts);
    }
    LOG.info(
        "server started address={} home={} database={} workflows={} took={}ms",
        web.address(),
        home,
        database,
        orchestrator.workflows(),
        Duration.between(begin, Instant.now()).toMillis());
    return new Server(parts, drain, orchestrator, web);
  }

  private static Duration gather(Settings settings) {
    String seconds = settings.get("webhooks.gather-seconds").orElse("5");
    if (!seconds.matches("[0-9]{1,2}") || Integer.parseInt(seconds) > 60) {
      throw new IllegalArgumentException(
          "webhooks.gather-seconds (BACKSTITCH_WEBHOOKS_GATHER_SECONDS) must be 0 to 60, was "
              + seconds);
    }
    return Duration.ofSeconds(Integer.parseInt(seconds));
  }

  private static DatabaseAddress database(ServerConfig config, Path home, OpenParts parts) {
    if (config.database().isPresent()) {
      DatabaseAddress given = config.database().get();
      var source = new PGSimpleDataSource();
      source.setUrl(given.jdbcUrl());
      source.setUser(given.user());
      source.setPassword(given.password());
      requireSessions(given);
      return migrated(given, source);
    }
    var postgres =
        parts.add(EmbeddedPostgres.start(EmbeddedPostgresConfig.in(home.resolve("postgres"))));
    return migrated(
        new DatabaseAddress(postgres.jdbcUrl(), postgres.user(), postgres.password()),
        postgres.dataSource());
  }

  /// Before the migration, which already needs a session for its lock.
  private static void requireSessions(DatabaseAddress given) {
    try {
      PoolerProbe.requireSessions(given);
    } catch (SQLException e) {
      // The migration is about to run into the same, and its message says what to do.
      LOG.debug("event=database_not_probed", e);
    }
  }

  private static DatabaseAddress migrated(DatabaseAddress address, DataSource source) {
    Migrator.migrate(source);
    return address;
  }

  private static void announce(Path home, WebServer web, OpenParts parts) {
    var file =
        new ServerFile(
            web.address(),
            web.address().getPort(),
            ProcessHandle.current().pid(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS));
    file.write(home);
    parts.add(() -> file.remove(home));
  }

  /// Where it listens.
  public URI address() {
    return web.address();
  }

  /// The engine in it.
  public Orchestrator orchestrator() {
    return orchestrator;
  }

  /// How many connections its clients have open.
  int connections() {
    return web.connections();
  }

  /// The routes it serves, as `METHOD /path/{parameter}`.
  List<String> routes() {
    return web.routes();
  }

  /// Sends clients away, for a server that is to be closed while they are busy: for two seconds, or
  /// until no connection is left, it goes on serving, is not ready, and ends each connection with
  /// the next answer.
  public void drain() {
    drain.begin();
    long end = System.nanoTime() + DRAIN.toNanos();
    while (web.connections() > 0
        && System.nanoTime() < end
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(DRAIN_LOOK.toNanos());
    }
  }

  /// Stops everything in order: no new requests, then the streams, then the engine (its activities
  /// get a moment to end, its runs are parked), then the database. Calling it again does nothing.
  @Override
  public synchronized void close() {
    parts.close();
    LOG.info("server stopped");
  }
}
