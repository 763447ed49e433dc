package dev.backstitch.activities.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GitHubResponse;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Quota;
import dev.backstitch.activities.client.RestWrite;
import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.recorded.Scenario.Exchange;
import dev.backstitch.orchestrator.quota.Permit;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// All scenarios of `@octokit/fixtures`, each in its order, sent and read by the real client as far
/// as that has a call: `GET`, and `POST` and `PATCH` with JSON or nothing. It has no `PUT`, no
/// `DELETE`, and no upload of other bodies than JSON, which nothing here needs.
/// [RecordedAnswersTest] has what stands on the client.
class RecordedScenariosTest {
  /// How many exchanges of each the client has a call for.
  private static final Map<String, Integer> REPLAYED =
      Map.ofEntries(
          Map.entry("add-and-remove-repository-collaborator", 4),
          Map.entry("add-labels-to-issue", 2),
          Map.entry("branch-protection", 1),
          Map.entry("create-status", 4),
          Map.entry("errors", 1),
          Map.entry("get-archive", 2),
          Map.entry("get-content", 2),
          Map.entry("get-organization", 1),
          Map.entry("get-repository", 1),
          Map.entry("get-root", 1),
          Map.entry("git-refs", 4),
          Map.entry("labels", 4),
          Map.entry("markdown", 1),
          Map.entry("paginate-issues", 5),
          Map.entry("project-cards", 8),
          Map.entry("release-assets", 4),
          Map.entry("release-assets-conflict", 2),
          Map.entry("rename-repository", 5),
          Map.entry("search-issues", 1));

  /// And why it has none for any exchange of the others.
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "create-file", "PUT: files are committed by GraphQL, many at once",
          "lock-issue", "PUT and DELETE: issues are none of our business",
          "mark-notifications-as-read", "PUT: nor are notifications");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "api.github.com";
  private static final String ARCHIVES = "codeload.github.com";

  private final ScriptedServer github = ScriptedServer.start();
  private final ScriptedServer archives = ScriptedServer.start();
  private final AtomicInteger next = new AtomicInteger();
  private final GitHubClient client = client();
  private final Meter meter = new Meter(ApiUse.NONE, Permit.NONE);

  private static GitHubClient client() {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of("a-token-of-this-test"));
    return new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
  }

  @AfterEach
  void close() {
    github.close();
    archives.close();
  }

  @Test
  void every_scenario_of_the_package_is_replayed_or_left_out_for_a_reason() throws Exception {
    Set<String> known = new HashSet<>(REPLAYED.keySet());
    known.addAll(LEFT_OUT.keySet());

    assertThat(Scenario.names()).isEqualTo(known);
    assertThat(REPLAYED).doesNotContainKeys(LEFT_OUT.keySet().toArray(String[]::new));
    for (String name : LEFT_OUT.keySet()) {
      assertThat(Scenario.read(name).exchanges()).as(name).noneMatch(RecordedScenariosTest::isCall);
    }
  }

  static Stream<Arguments> replayed() {
    return REPLAYED.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest
  @MethodSource("replayed")
  void what_was_asked_is_asked_in_the_same_words_and_what_was_answered_is_read(
      String name, int expected) throws Exception {
    List<Exchange> exchanges = Scenario.read(name).exchanges();
    github.answers((request, reply) -> answer(exchanges, API, request, reply));
    archives.answers((request, reply) -> answer(exchanges, ARCHIVES, request, reply));

    int replayed = 0;
    for (int i = 0; i < exchanges.size(); i++) {
      if (isCall(exchanges.get(i))) {
        next.set(i);
        exchange(exchanges, i);
        replayed += next.get() - i;
        i = next.get() - 1;
      }
    }

    assertThat(replayed).isEqualTo(expected);
    assertThat(meter.use().requests()).isEqualTo(expected);
    assertThat(github.seen()).allMatch(request -> !request.header("Authorization").isEmpty());
    assertThat(archives.seen()).allMatch(request -> request.header("Authorization").isEmpty());
    assertThat(archives.seen()).hasSize(name.equals("get-archive") ? 1 : 0);
  }

  /// Whether the client could be asked for it, or be sent there by an answer.
  private static boolean isCall(Exchange exchange) {
    boolean json = exchange.body().isObject() || exchange.body().asText().isEmpty();
    return Set.of("get", "post", "patch").contains(exchange.method())
        && Set.of(API, ARCHIVES).contains(exchange.host())
        && json;
  }

  private void answer(
      List<Exchange> exchanges,
      String host,
      ScriptedServer.Seen request,
      ScriptedServer.Reply reply)
      throws IOException {
    Exchange exchange = exchanges.get(next.getAndIncrement());
    JsonNode body = request.body().isEmpty() ? JSON.nullNode() : JSON.readTree(request.body());
    boolean same = exchange.body().isObject() ? body.equals(exchange.body()) : body.isNull();
    if (!exchange.host().equals(host) || !exchange.isOf(request) || !same) {
      reply.json(500, "{\"message\": \"never recorded\"}");
      return;
    }
    exchange.answer(reply, this::here);
  }

  private String here(String recorded) {
    return recorded
        .replace("https://" + API, github.api().toString())
        .replace("https://" + ARCHIVES, archives.api().toString());
  }

  /// Sends one, follows where it leads, and holds what is read against the last answer.
  private void exchange(List<Exchange> exchanges, int first) throws Exception {
    Exchange exchange = exchanges.get(first);
    if (exchange.status() >= 400) {
      assertThatThrownBy(() -> send(exchange))
          .isInstanceOfSatisfying(
              GitHubException.class,
              failed -> assertThat(failed.problem().kind()).isEqualTo(kind(exchange.status())))
          .hasMessageContaining(exchange.response().path("message").asText());
      return;
    }
    GitHubResponse response = send(exchange);
    Exchange last = exchanges.get(next.get() - 1);

    assertThat(response.status()).isEqualTo(last.status());
    assertThat(response.body().bytes()).isEqualTo(last.responseBytes());
    if (last.response().isContainerNode()) {
      assertThat(response.json("read it")).isEqualTo(last.response());
    } else if (last.responseBytes().length > 0) {
      assertThatThrownBy(() -> response.json("read it"))
          .isInstanceOfSatisfying(
              GitHubException.class,
              failed -> assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.UNREADABLE));
    }
    if (last.header("x-ratelimit-limit").isEmpty()) {
      assertThat(response.quota()).isNull();
    } else {
      Quota quota = Objects.requireNonNull(response.quota());
      assertThat(quota.resource()).isEqualTo(last.header("x-ratelimit-resource"));
      assertThat(quota.limit()).hasToString(last.header("x-ratelimit-limit"));
      assertThat(quota.remaining()).hasToString(last.header("x-ratelimit-remaining"));
      assertThat(quota.used()).hasToString(last.header("x-ratelimit-used"));
    }
  }

  private static Problem.Kind kind(int status) {
    return switch (status) {
      case 404 -> Problem.Kind.NOT_FOUND;
      case 422 -> Problem.Kind.INVALID;
      default -> throw new AssertionError("no scenario that is replayed has a " + status);
    };
  }

  private GitHubResponse send(Exchange exchange) throws InterruptedException {
    if (exchange.method().equals("get")) {
      return client.get(github.api(), exchange.path(), exchange.accept(), "read it", meter);
    }
    return client.write(
        new RestWrite(
            github.api(),
            RestWrite.Method.valueOf(exchange.method().toUpperCase(Locale.ROOT)),
            exchange.path(),
            exchange.body().isObject() ? exchange.body() : null,
            "write it"),
        meter);
  }
}
