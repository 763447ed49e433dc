package dev.backstitch.activities.client;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A real HTTP server on the loopback that answers by a script and remembers what it was asked.
public final class ScriptedServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private volatile Script script = (request, reply) -> reply.json(500, "{}");

  /// One request as it arrived.
  public record Seen(String method, String path, Headers headers, String body) {
    /// The first value of a header, or the empty text.
    public String header(String name) {
      return headers.containsKey(name) ? headers.getFirst(name) : "";
    }
  }

  /// How to answer.
  @FunctionalInterface
  public interface Script {
    void answer(Seen request, Reply reply) throws Exception;
  }

  /// Answers one request.
  public final class Reply {
    private final HttpExchange exchange;

    private Reply(HttpExchange exchange) {
      this.exchange = exchange;
    }

    /// Adds a header to the answer that follows.
    public Reply with(String name, String value) {
      exchange.getResponseHeaders().set(name, value);
      return this;
    }

    /// Sends a JSON answer.
    public void json(int status, String body) throws IOException {
      exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
      bytes(status, body.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends any answer.
    public void bytes(int status, byte[] body) throws IOException {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }

    /// Sends headers and the first byte, and then nothing until the server closes.
    public void stallInTheBody() throws Exception {
      exchange.sendResponseHeaders(200, 1_000);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      closing.await();
    }

    /// Says nothing until the server closes.
    public void stall() throws InterruptedException {
      closing.await();
    }

    /// Closes the connection without an answer.
    public void hangUp() {
      exchange.close();
    }
  }

  private ScriptedServer(HttpServer server) {
    this.server = server;
  }

  /// A server that answers 500 until it is told otherwise.
  public static ScriptedServer start() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ScriptedServer scripted = new ScriptedServer(http);
      http.setExecutor(scripted.threads);
      http.createContext("/", scripted::serve);
      http.start();
      return scripted;
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
  }

  /// Sets how requests are answered from now on.
  public void answers(Script newScript) {
    script = newScript;
  }

  /// Its address.
  public ApiUrl api() {
    return ApiUrl.parse("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// Every request so far, in the order of arrival.
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Seen request =
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            body);
    seen.add(request);
    try {
      script.answer(request, new Reply(exchange));
    } catch (Exception failure) {
      exchange.close();
      throw new IOException("the script failed", failure);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.close();
  }
}
