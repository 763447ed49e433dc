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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Restate's server as a process of ours: on the loopback only, its log written through to the
/// disk, telling nobody that it runs. See <https://docs.restate.dev/references/server-config>.
final class RestateServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 50;

  private final Process process;
  private final int ingressPort;
  private final int adminPort;

  private RestateServer(Process process, int ingressPort, int adminPort) {
    this.process = process;
    this.ingressPort = ingressPort;
    this.adminPort = adminPort;
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
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("restate.log").toFile()))
            .start();
    RestateServer server = new RestateServer(process, ingress, admin);
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
              .filter(file -> file.endsWith("bin/restate-server") && Files.isExecutable(file))
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
          throw new IOException("Restate's server ended with " + process.exitValue(), e);
        }
      }
      if (System.nanoTime() > until) {
        throw new IOException("Restate's server is not healthy: " + address);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /// Makes the services of an endpoint known.
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
  }

  /// Where runs are started and awaited.
  URI ingress(String service, String handler) {
    return URI.create("http://127.0.0.1:" + ingressPort + "/" + service + "/" + handler);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
