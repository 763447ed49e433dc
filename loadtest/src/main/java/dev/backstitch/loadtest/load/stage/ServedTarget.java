package dev.backstitch.loadtest.load.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.run.RunId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Servers, spoken to over HTTP in turns.
final class ServedTarget implements Target, AutoCloseable {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String RUNS = "/api/v1/runs";
  private final Supplier<List<URI>> servers;
  private final Patience patience;
  private final AtomicInteger turn = new AtomicInteger();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /// How long a server is waited for.
  ///
  /// @param answer until it answers; more than `end`
  /// @param end until it must say that a run has not ended yet
  record Patience(Duration answer, Duration end) {}

  /// @param servers where they are, at any moment
  ServedTarget(Supplier<List<URI>> servers, Patience patience) {
    this.servers = servers;
    this.patience = patience;
  }

  @Override
  public RunId start(StartRequest request) throws InterruptedException {
    Map<String, Object> body = new HashMap<>();
    body.put("workflow", request.workflow());
    if (request.key() != null) {
      body.put("key", request.key());
    }
    body.put("input", new RawValue(request.input().json()));
    return RunId.parse(post(next(), RUNS, body).path("id").asText());
  }

  @Override
  public void awaitCompleted(RunId run, Duration longest) throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    String status;
    do {
      URI address =
          next().resolve(RUNS + "/" + run + "/result?wait=" + patience.end().toSeconds() + "s");
      status = send(HttpRequest.newBuilder(address).GET()).path("status").asText();
    } while (status.equals("RUNNING") && System.nanoTime() < until);
    if (!status.equals("COMPLETED")) {
      throw new NotCompletedException(run, status);
    }
  }

  @Override
  public void signal(RunId run, SignalRequest signal) throws InterruptedException {
    post(
        next(),
        RUNS + "/" + run + "/signals",
        Map.of(
            "name", signal.name(),
            "id", signal.id(),
            "payload", new RawValue(signal.payload().json())));
  }

  private URI next() {
    List<URI> known = servers.get();
    if (known.isEmpty()) {
      throw new RefusedException("no server is known");
    }
    return known.get(Math.floorMod(turn.getAndIncrement(), known.size()));
  }

  private JsonNode post(URI server, String path, Map<String, Object> body)
      throws InterruptedException {
    try {
      return send(
          HttpRequest.newBuilder(server.resolve(path))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request can't be written as JSON", e);
    }
  }

  private JsonNode send(HttpRequest.Builder request) throws InterruptedException {
    HttpRequest whole = request.timeout(patience.answer()).build();
    try {
      HttpResponse<byte[]> response = http.send(whole, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() / 100 != 2) {
        throw new RefusedException(
            whole.method() + " " + whole.uri() + ": " + response.statusCode() + " " + answer);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(whole.method() + " " + whole.uri() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
