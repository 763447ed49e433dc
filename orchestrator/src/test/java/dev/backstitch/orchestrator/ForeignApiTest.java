package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.quota.HeaderReader;
import dev.backstitch.orchestrator.quota.QuotaState;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The ledger before an API that is not GitHub's: the documented example, against a real server.
final class ForeignApiTest {
  private static final Path ROOT = Path.of(System.getProperty("backstitch.root", ".."));
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /// Much longer than a failed attempt waits for the next one.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final TestDatabase database = TestDatabase.create();
  private final HttpClient http = HttpClient.newHttpClient();

  /// When each request came.
  private final List<Long> cameNanos = new CopyOnWriteArrayList<>();

  private volatile List<Answer> script = List.of();
  private HttpServer server;

  private record Answer(int status, Map<String, String> headers) {
    static Answer left(int calls) {
      return new Answer(200, standard(calls));
    }

    static Answer tooFast(int calls) {
      Map<String, String> headers = new HashMap<>(standard(calls));
      headers.put("Retry-After", Long.toString(RETRY_AFTER.toSeconds()));
      return new Answer(429, headers);
    }

    private static Map<String, String> standard(int calls) {
      return Map.of(
          "RateLimit-Limit", "100",
          "RateLimit-Remaining", Integer.toString(calls),
          "RateLimit-Reset", "3600");
    }
  }

  private static final class Forecast implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String place) {
      return run.call(new Weather.GetWeather(place));
    }
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    http.close();
    database.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      cameNanos.add(System.nanoTime());
      Answer next = script.get(cameNanos.size() - 1);
      next.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] body = "sunny".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(next.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Engine engine(HeaderReader headers) {
    URI api = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return Engine.on(
        database,
        registry -> {
          registry.workflow("forecast", Forecast::new);
          new Weather(http, api, headers).register(registry);
        });
  }

  private static RunId ask(Engine engine) {
    return engine.start("forecast", "\"oslo\"");
  }

  private static List<Event.ActivityDeferred> deferrals(Engine engine, RunId run) {
    return engine.history(run).stream()
        .map(recorded -> recorded.event())
        .filter(Event.ActivityDeferred.class::isInstance)
        .map(Event.ActivityDeferred.class::cast)
        .toList();
  }

  private static void assertWaitsForTheReset(Engine engine, RunId run) {
    await().atMost(Engine.PATIENCE).until(() -> !deferrals(engine, run).isEmpty());
    assertThat(deferrals(engine, run).getFirst().reason())
        .isEqualTo("calls of weather/account-7: 20 of 100 left, 20 are kept for live work");
    assertThat(engine.types(run)).doesNotContain("ActivityCompleted", "ActivityAttemptFailed");
  }

  @Test
  void another_api_is_paced_by_its_headers_and_its_retry_after() {
    script = List.of(Answer.left(22), Answer.tooFast(22), Answer.left(21), Answer.left(20));
    try (Engine engine = engine(HeaderReader.standard("calls"))) {
      assertThat(engine.resultOf(ask(engine))).isEqualTo("\"sunny\"");
      // The run can be over before the ledger has what its call was told.
      await()
          .atMost(Engine.PATIENCE)
          .untilAsserted(() -> {
            QuotaState known = engine.orchestrator.quotas().getFirst();
            assertThat(known.owner()).isEqualTo("weather/account-7");
            assertThat(known.remaining()).isEqualTo(22);
          });

      RunId toldOff = ask(engine);
      assertThat(engine.resultOf(toldOff)).isEqualTo("\"sunny\"");
      assertThat(engine.types(toldOff)).containsOnlyOnce("ActivityAttemptFailed");
      assertThat(deferrals(engine, toldOff))
          .anyMatch(wait -> wait.reason().contains("was told to slow down"));
      assertThat(Duration.ofNanos(cameNanos.get(2) - cameNanos.get(1)))
          .as("nothing is sent before the server wants it")
          .isGreaterThanOrEqualTo(RETRY_AFTER);

      assertThat(engine.resultOf(ask(engine))).isEqualTo("\"sunny\"");
      assertWaitsForTheReset(engine, ask(engine));
      assertThat(cameNanos).hasSize(4);
    }
  }

  @Test
  void an_api_with_headers_of_its_own_brings_its_own_reader() {
    script =
        List.of(
            new Answer(200, Map.of("X-Calls-Left", "21")),
            new Answer(200, Map.of("X-Calls-Left", "20")));
    try (Engine engine = engine(Weather.OWN)) {
      assertThat(engine.resultOf(ask(engine))).isEqualTo("\"sunny\"");
      assertThat(engine.resultOf(ask(engine))).isEqualTo("\"sunny\"");

      assertWaitsForTheReset(engine, ask(engine));
      assertThat(cameNanos).hasSize(2);
    }
  }

  @Test
  void the_document_shows_this_code() throws IOException {
    String code =
        flat(
            Files.readString(
                ROOT.resolve(
                    "orchestrator/src/test/java/dev/backstitch/orchestrator/Weather.java")));
    List<String> shown =
        JAVA.matcher(Files.readString(ROOT.resolve("docs/quota.md")))
            .results()
            .map((MatchResult block) -> flat(block.group(1)))
            .toList();

    assertThat(shown).hasSize(2).allSatisfy(block -> assertThat(code).contains(block));
  }

  /// Without indentation, and without a break at the ends.
  private static String flat(String text) {
    return String.join("\n", text.strip().lines().map(String::strip).toList());
  }
}
