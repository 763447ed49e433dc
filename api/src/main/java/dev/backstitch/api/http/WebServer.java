package dev.backstitch.api.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;

/// The running web server. Thread-safe.
public final class WebServer implements AutoCloseable {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private static final Duration IDLE_AT_STOP = Duration.ofMillis(100);

  private final Javalin javalin;
  private final String host;

  private WebServer(Javalin javalin, String host) {
    this.javalin = javalin;
    this.host = host;
  }

  /// Starts to listen.
  ///
  /// @param host the address to bind to
  /// @param port 0 for any that is free
  /// @param token what callers must know; empty for anybody on this machine
  /// @throws PortTakenException if another program has the port
  public static WebServer start(
      String host,
      int port,
      Optional<String> token,
      ErrorPage errorPage,
      MeterRegistry metrics,
      List<Routes> routes) {
    Javalin javalin =
        Javalin.create(config -> {
          configure(config, metrics);
          config.jetty.addConnector((server, http) -> connector(server, http, host, port));
          config.routes.before(new SecurityHeaders());
          config.routes.before(new AccessGuard(token));
          new Problems(errorPage).addTo(config.routes);
          routes.forEach(some -> some.addTo(config.routes));
        });
    try {
      return new WebServer(javalin.start(), host);
    } catch (JavalinBindException e) {
      throw new PortTakenException(host, port, e);
    }
  }

  private static void configure(JavalinConfig config, MeterRegistry metrics) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.prefer405over404 = true;
    config.http.maxRequestSize = RequestBody.MAX_BYTES;
    config.requestLogger.http(new HttpTimings(metrics));
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.jetty.modifyServer(server -> {
      server.setErrorHandler(new EarlyProblems());
      server.setStopTimeout(STOP_PATIENCE.toMillis());
      server.insertHandler(new GracefulHandler());
    });
  }

  /// One that lets go of idle connections quickly when the server stops: clients keep them open for
  /// requests that will never come.
  private static ServerConnector connector(
      Server server, HttpConfiguration http, String host, int port) {
    var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setShutdownIdleTimeout(IDLE_AT_STOP.toMillis());
    return connector;
  }

  /// Where it listens, such as `http://127.0.0.1:8080`, reachable from this machine.
  public URI address() {
    String name =
        switch (host) {
          case "0.0.0.0", "::" -> "127.0.0.1";
          default -> host.contains(":") ? "[" + host + "]" : host;
        };
    return URI.create("http://" + name + ":" + javalin.port());
  }

  /// The routes it serves, as `METHOD /path/{parameter}`.
  public List<String> routes() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .map(handler -> handler.endpoint)
        .filter(endpoint -> endpoint.method.isHttpMethod())
        .map(endpoint -> endpoint.method.name() + " " + endpoint.path)
        .toList();
  }

  /// How many connections clients have open, idle ones included.
  public int connections() {
    return Arrays.stream(javalin.jettyServer().server().getConnectors())
        .mapToInt(connector -> connector.getConnectedEndPoints().size())
        .sum();
  }

  /// Finishes the requests that are being served, within seconds, and stops to listen. Long streams
  /// must be ended before.
  @Override
  public void close() {
    javalin.stop();
  }
}
