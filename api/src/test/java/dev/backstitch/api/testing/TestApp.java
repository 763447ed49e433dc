package dev.backstitch.api.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real server on a real database of its own, with the sample workflows, and the few requests
/// that tests repeat.
public final class TestApp implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  public final SampleModule samples = new SampleModule();
  public final Path home;
  private final TestDatabase database;
  private final Server server;
  private boolean keepDatabase;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TestApp(TestDatabase database, UnaryOperator<ServerConfig> configure) {
    this(database, configure, List.of(), new Settings(Map.of()));
  }

  private TestApp(
      TestDatabase database,
      UnaryOperator<ServerConfig> configure,
      List<WorkflowModule> more,
      Settings settings) {
    this.database = database;
    try {
      home = Files.createTempDirectory("backstitch-test-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server =
        Server.start(
            configure.apply(config(home, database)),
            Stream.concat(Stream.of(samples), more.stream()).toList(),
            settings);
  }

  /// A server with the defaults, on any port.
  public static TestApp start() {
    return new TestApp(TestDatabase.create(), config -> config);
  }

  /// A server with another configuration.
  public static TestApp start(UnaryOperator<ServerConfig> configure) {
    return new TestApp(TestDatabase.create(), configure);
  }

  /// A server with one more module, and settings.
  public static TestApp startWith(WorkflowModule module, Map<String, String> settings) {
    return new TestApp(
        TestDatabase.create(), config -> config, List.of(module), new Settings(settings));
  }

  /// A server with one more module on a database that outlives it.
  public static TestApp startWithOn(TestDatabase database, WorkflowModule module) {
    return new TestApp(database, config -> config, List.of(module), new Settings(Map.of()))
        .keepingDatabase();
  }

  /// A server on a database that outlives it.
  public static TestApp startOn(TestDatabase database) {
    return startOn(database, config -> config);
  }

  /// A server with another configuration on a database that outlives it.
  public static TestApp startOn(TestDatabase database, UnaryOperator<ServerConfig> configure) {
    return new TestApp(database, configure).keepingDatabase();
  }

  private TestApp keepingDatabase() {
    keepDatabase = true;
    return this;
  }

  /// What a test's server is configured with.
  public static ServerConfig config(Path home, TestDatabase database) {
    return ServerConfig.in(home)
        .withAddress("127.0.0.1", 0)
        .withDatabase(new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()))
        .withEngine(OrchestratorConfig.defaults().withDrain(Duration.ZERO).withBuild("test"));
  }

  public Server server() {
    return server;
  }

  public URI address() {
    return server.address();
  }

  /// A request to be completed.
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.address().resolve(path)).timeout(PATIENCE);
  }

  /// Sends it, and fails if the answer is not as the API's description says.
  public HttpResponse<String> send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      Contract.get().check(request.method(), request.uri().getPath(), answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public HttpResponse<String> get(String path) {
    return send(request(path));
  }

  public HttpResponse<String> post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  public HttpResponse<String> put(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json)));
  }

  public static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + answer.statusCode() + " " + answer.body(), e);
    }
  }

  /// Starts a run.
  public RunId start(String workflow, @Nullable String key, String input) {
    return server
        .orchestrator()
        .start(new StartRequest(workflow, key, Payload.ofJson(input)))
        .runId();
  }

  /// Waits until there is a post that will not be sent again by itself.
  public void awaitDeadPost() {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!json(get("/api/v1/outbox")).path("undelivered").path(0).path("dead").asBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("no dead post: " + get("/api/v1/outbox").body());
      }
      Thread.onSpinWait();
    }
  }

  /// Starts a run and waits until it is closed.
  public RunId run(String workflow, @Nullable String key, String input) {
    RunId id = start(workflow, key, input);
    awaitClosed(id);
    return id;
  }

  public RunResult awaitClosed(RunId id) {
    RunResult result = server.orchestrator().result(id, PATIENCE).orElseThrow();
    if (result instanceof RunResult.Open) {
      throw new AssertionError("still open: " + server.orchestrator().history(id, 0, 20).events());
    }
    return result;
  }

  /// Takes the database away while the server runs.
  public void dropDatabase() {
    database.close();
  }

  @Override
  public void close() {
    samples.openGate();
    server.close();
    if (!keepDatabase) {
      database.close();
    }
    try {
      Files.deleteIfExists(home.resolve("server.lock"));
      // Fails if the server has left anything else.
      Files.delete(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
