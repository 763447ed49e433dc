package dev.backstitch.loadtest.engines;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The design before: as [ReplayEngine], and whoever waits for the run is told of every step by a
/// request of its own.
///
/// Kinder than the real thing: the target is in this process and answers at once.
public final class PostbackEngine implements Engine {

  @Override
  public String name() {
    return "baseline-postback";
  }

  @Override
  public String settings() {
    return "as baseline-replay, and an HTTP request to a target on the loopback after every step";
  }

  @Override
  public Session open(Ground ground) throws Exception {
    Target target = Target.start();
    return new Telling(
        target,
        PooledSession.open(
            ground,
            (session, rows) -> {
              long run = ReplayEngine.start(session, rows);
              for (int done = 0; done < rows.steps(); done++) {
                ReplayEngine.wakeUp(session, run, rows);
                target.tell();
              }
            }));
  }

  private record Telling(Target target, PooledSession session) implements Session {

    @Override
    public void perform(Work work, Latencies latencies) throws Exception {
      session.perform(work, latencies);
    }

    @Override
    public void close() {
      session.close();
      target.close();
    }
  }

  /// Who wants to know.
  private static final class Target implements AutoCloseable {
    private static final int NO_BODY = -1;
    private static final int BACKLOG = 1_000;

    private final HttpServer server;
    private final ExecutorService threads;
    private final HttpClient client;
    private final HttpRequest request;

    private Target(HttpServer server, ExecutorService threads) {
      this.server = server;
      this.threads = threads;
      this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      this.request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"))
              .POST(HttpRequest.BodyPublishers.ofString(PAYLOAD))
              .build();
    }

    static Target start() throws IOException {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(threads);
      server.createContext("/", Target::hear);
      server.start();
      return new Target(server, threads);
    }

    private static void hear(HttpExchange exchange) throws IOException {
      try (exchange) {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(204, NO_BODY);
      }
    }

    /// Told twice rather than not at all: the target closes connections of which it holds many, and
    /// may do so just when one is used again.
    void tell() throws IOException, InterruptedException {
      int status;
      try {
        status = post();
      } catch (IOException e) {
        status = post();
      }
      if (status != 204) {
        throw new IOException("the target answered " + status);
      }
    }

    private int post() throws IOException, InterruptedException {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Override
    public void close() {
      client.close();
      server.stop(0);
      threads.close();
    }
  }
}
