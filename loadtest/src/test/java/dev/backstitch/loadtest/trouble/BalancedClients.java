package dev.backstitch.loadtest.trouble;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Clients behind a load balancer: each starts a keyed run, awaits its end, and starts the next,
/// every request at the next server in turn.
///
/// A server may say *no* to a request in two ways: nobody listens (the connection is refused), or
/// 503. Both mean that it did not take the request, and the balancer offers it to the next server.
/// Everything else that is no good answer is a **failed request**: a connection that ends without
/// an answer, another status, a time-out, and a request to which every server has said no.
final class BalancedClients implements AutoCloseable {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<ServeProcess> servers;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<String> completed = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopping;

  BalancedClients(List<ServeProcess> servers) {
    this.servers = List.copyOf(servers);
  }

  void start(int count) {
    for (int i = 0; i < count; i++) {
      String name = "client-" + i;
      clients.add(Thread.ofVirtual().name(name).start(() -> work(name)));
    }
  }

  /// What failed, one line each.
  List<String> failed() {
    return List.copyOf(failed);
  }

  /// How often a server said no and another one was asked.
  int refused() {
    return refused.get();
  }

  /// Runs whose start was acknowledged.
  List<String> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /// Runs of which a client has heard that they are completed.
  List<String> completed() {
    return List.copyOf(completed);
  }

  /// Starts nothing more, and waits until every client has heard of its last run's end.
  void stop() throws InterruptedException {
    stopping = true;
    for (Thread client : clients) {
      if (!client.join(PATIENCE)) {
        throw new IllegalStateException(client.getName() + " still waits; failed: " + failed());
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    clients.forEach(Thread::interrupt);
  }

  private void work(String name) {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; !stopping; i++) {
        String walker = name + "." + i;
        String body =
            JSON.writeValueAsString(
                JSON.createObjectNode()
                    .put("workflow", "walk")
                    .put("key", walker)
                    .put("input", walker));
        JsonNode run =
            asked(
                http,
                "/api/v1/runs",
                request ->
                    request
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
        String id = run.path("id").asText();
        acknowledged.add(id);
        awaitEnd(http, id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      failed.add("the document could not be written: " + e);
    }
  }

  private void awaitEnd(HttpClient http, String id) throws InterruptedException {
    String path = "/api/v1/runs/" + id + "/result?wait=2s";
    String status;
    do {
      status = asked(http, path, HttpRequest.Builder::GET).path("status").asText();
    } while (status.equals("RUNNING"));
    if (status.equals("COMPLETED")) {
      completed.add(id);
    } else {
      failed.add("run " + id + " is " + status);
    }
  }

  private interface Method {
    HttpRequest.Builder on(HttpRequest.Builder request);
  }

  /// Asks one server after the other until one has a good answer.
  private JsonNode asked(HttpClient http, String path, Method method) throws InterruptedException {
    while (true) {
      int first = turn.getAndIncrement();
      for (int i = 0; i < servers.size(); i++) {
        ServeProcess server = servers.get(Math.floorMod(first + i, servers.size()));
        Optional<JsonNode> answer = ask(http, server.address().orElseThrow(), path, method);
        if (answer.isPresent()) {
          return answer.get();
        }
      }
      failed.add(path + ": no server took it");
      LockSupport.parkNanos(PAUSE.toNanos());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /// @return empty if the server said no, or failed
  private Optional<JsonNode> ask(HttpClient http, URI server, String path, Method method)
      throws InterruptedException {
    @Nullable HttpResponse<String> response = null;
    try {
      response =
          http.send(
              method.on(HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE)).build(),
              HttpResponse.BodyHandlers.ofString());
      int status = response.statusCode();
      if (status == 200 || status == 201) {
        return Optional.of(JSON.readTree(response.body()));
      }
      if (status == 503) {
        refused.incrementAndGet();
      } else {
        failed.add(server + path + ": " + status + " " + response.body());
      }
    } catch (ConnectException e) {
      refused.incrementAndGet();
    } catch (IOException e) {
      failed.add(server + path + ": " + e);
    }
    return Optional.empty();
  }
}
