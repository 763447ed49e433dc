package dev.backstitch.loadtest.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// Restate's server as a process of ours: on the loopback only, its log written through to the
/// disk, telling nobody that it runs. See <https://docs.restate.dev/references/server-config>.
///
/// It goes on living when the process that started it is killed, and leaves a file behind by which
/// the next one finds it.
final class RestateServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 50;
  private static final String PROGRAM = "restate-server";

  /// Its default doubles from half a second up to a minute: what dies shortly after another try
  /// would wait for long. See <https://docs.restate.dev/services/configuration>.
  static final String MOST_BETWEEN_RETRIES = "500ms";

  private final ProcessHandle process;
  private final int ingressPort;
  private final int adminPort;
  private final Path trace;

  private RestateServer(ProcessHandle process, int ingressPort, int adminPort, Path folder) {
    this.process = process;
    this.ingressPort = ingressPort;
    this.adminPort = adminPort;
    this.trace = trace(folder);
  }

  /// A server that was left behind.
  ///
  /// @param endpointPort where it knows its services to be
  record Left(RestateServer server, int endpointPort) {}

  /// The server of a process that was killed, if there is one.
  static Optional<Left> left(Path folder) throws IOException {
    if (!Files.exists(trace(folder))) {
      return Optional.empty();
    }
    List<Long> numbers = Files.readAllLines(trace(folder)).stream().map(Long::valueOf).toList();
    return ProcessHandle.of(numbers.get(0))
        .filter(RestateServer::isServer)
        .map(process ->
            new Left(
                new RestateServer(
                    process,
                    Math.toIntExact(numbers.get(1)),
                    Math.toIntExact(numbers.get(2)),
                    folder),
                Math.toIntExact(numbers.get(3))));
  }

  /// Numbers of processes are used again.
  private static boolean isServer(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/" + PROGRAM)).isPresent();
  }

  /// Its process, its two ports and that of the services, a line each.
  private static Path trace(Path folder) {
    return folder.resolve(PROGRAM);
  }

  /// Starts it and waits until it serves.
  static RestateServer start(Path folder, HttpClient client)
      throws IOException, InterruptedException {
    int ingress = freePort();
    int admin = freePort();
    int fabric = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(program().toString(), "--no-logo", "--node-name", "contest");
    builder
        .environment()
        .putAll(
            Map.of(
                "RESTATE_DISABLE_TELEMETRY", "true",
                "DO_NOT_TRACK", "1",
                "RESTATE_LISTEN_MODE", "tcp",
                "RESTATE_BIND_IP", "127.0.0.1",
                "RESTATE_BIND_ADDRESS", "127.0.0.1:" + fabric,
                "RESTATE_INGRESS__BIND_ADDRESS", "127.0.0.1:" + ingress,
                "RESTATE_ADMIN__BIND_ADDRESS", "127.0.0.1:" + admin,
                "RESTATE_BASE_DIR", folder.resolve("restate-data").toString(),
                "RESTATE_BIFROST__LOCAL__ROCKSDB_DISABLE_WAL_FSYNC", "false",
                "RESTATE_LOG_FILTER", "warn"));
    builder.environment().put("RESTATE_LOG_SERVER__ROCKSDB_DISABLE_WAL_FSYNC", "false");
    builder.environment().put("RESTATE_DEFAULT_RETRY_POLICY__MAX_INTERVAL", MOST_BETWEEN_RETRIES);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("restate.log").toFile()))
            .start();
    RestateServer server = new RestateServer(process.toHandle(), ingress, admin, folder);
    try {
      server.awaitHealth(client, "http://127.0.0.1:" + admin + "/health");
      server.awaitHealth(client, "http://127.0.0.1:" + ingress + "/restate/health");
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /// Where npm has put it, beside this module's jar.
  private static Path program() throws IOException {
    try {
      Path app =
          Path.of(RestateServer.class.getProtectionDomain().getCodeSource().getLocation().toURI())
              .resolveSibling("restate")
              .resolve("node_modules/@restatedev");
      if (Files.isDirectory(app)) {
        try (Stream<Path> files = Files.walk(app)) {
          return files
              .filter(file -> file.endsWith("bin/" + PROGRAM) && Files.isExecutable(file))
              .findFirst()
              .orElseThrow(() -> new IOException("no program for this machine in " + app));
        }
      }
      throw new IOException("npm has not brought Restate's server: there is no " + app);
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }

  private void awaitHealth(HttpClient client, String address)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(5)).build();
    long until = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw new IOException("Restate's server has ended", e);
        }
      }
      if (System.nanoTime() > until) {
        throw new IOException("Restate's server is not healthy: " + address);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /// Makes the services of an endpoint known, to the server and to whoever finds it left behind.
  void register(HttpClient client, int endpointPort) throws IOException, InterruptedException {
    String body = "{\"uri\": \"http://127.0.0.1:" + endpointPort + "\", \"force\": true}";
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/deployments"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("Restate did not take the deployment: " + answer.body());
    }
    Files.writeString(
        trace, "%d%n%d%n%d%n%d%n".formatted(process.pid(), ingressPort, adminPort, endpointPort));
  }

  /// Where runs are started and awaited.
  ///
  /// @param path as <https://docs.restate.dev/services/invocation/http> has it
  URI ingress(String path) {
    return URI.create("http://127.0.0.1:" + ingressPort + "/" + path);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().get(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of Restate's server can't be awaited", e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Files.deleteIfExists(trace);
    } catch (IOException e) {
      throw new UncheckedIOException("the trace of Restate's server can't be removed", e);
    }
  }
}
