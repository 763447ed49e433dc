package dev.backstitch.loadtest.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// A plain client: sends what a test says and hands back what came.
final class ApiClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI api;
  private final Map<String, String> headers = new TreeMap<>();

  ApiClient(GitHubSimulator simulator) {
    this(simulator.apiUrl(), simulator.token());
  }

  ApiClient(URI api, String token) {
    this.api = api;
    headers.put("Authorization", "Bearer " + token);
    headers.put("User-Agent", "test");
    headers.put("X-GitHub-Api-Version", "2022-11-28");
    headers.put("Accept", "application/vnd.github+json");
  }

  ApiClient with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  ApiClient without(String header) {
    headers.remove(header);
    return this;
  }

  HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  /// The same on another thread.
  CompletableFuture<HttpResponse<byte[]>> begin(String path) {
    return http.sendAsync(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  JsonNode json(String path) throws IOException, InterruptedException {
    return JSON.readTree(get(path).body());
  }

  HttpResponse<byte[]> post(String query, Map<String, Object> variables)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("query", query);
    body.set("variables", JSON.valueToTree(variables));
    return send(
        request("/graphql")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
  }

  /// The whole answer, `data` and `errors`.
  JsonNode query(String query) throws IOException, InterruptedException {
    return query(query, Map.of());
  }

  JsonNode query(String query, Map<String, Object> variables)
      throws IOException, InterruptedException {
    return JSON.readTree(post(query, variables).body());
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api + path));
    headers.forEach(request::header);
    return request;
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    return JSON.readTree(response.body());
  }

  static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("(no " + name + ")");
  }

  @Override
  public void close() {
    http.close();
  }
}
