package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.orchestrator.history.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Talks to a server's API.
public final class ApiClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ObjectMapper json = EventCodec.mapper();
  private final URI server;
  private final Optional<String> token;

  /// @param server its address
  /// @param token what its callers must know, if anything
  public ApiClient(URI server, Optional<String> token) {
    this.server = server;
    this.token = token;
  }

  /// Where the server is.
  public URI server() {
    return server;
  }

  /// The address of a run's page.
  public URI page(String runId) {
    return server.resolve("/runs/" + runId);
  }

  /// Reads a resource.
  ///
  /// @throws CommandFailedException with what the server says
  public JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  /// Posts a document.
  ///
  /// @throws CommandFailedException with what the server says
  public JsonNode post(String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build());
  }

  /// Puts a document.
  ///
  /// @throws CommandFailedException with what the server says
  public JsonNode put(String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build());
  }

  /// Deletes a resource.
  ///
  /// @throws CommandFailedException with what the server says
  public JsonNode delete(String path) {
    return send(request(path).DELETE().build());
  }

  @Override
  public void close() {
    http.close();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE);
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode body = json.readTree(answer.body());
      if (answer.statusCode() / 100 == 2) {
        return body;
      }
      throw new CommandFailedException(explain(answer.statusCode(), body));
    } catch (IOException e) {
      throw new CommandFailedException(
          "The server at " + server + " does not answer as one: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("Interrupted while waiting for " + server, e);
    }
  }

  private String explain(int status, JsonNode problem) {
    if (status == 401) {
      return "The server at " + server + " wants a token: set BACKSTITCH_API_TOKEN to its own.";
    }
    String field = problem.path("field").asText("");
    String detail = problem.path("detail").asText(problem.path("title").asText("status " + status));
    return field.isEmpty() ? detail : field + ": " + detail;
  }
}
