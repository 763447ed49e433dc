package dev.backstitch.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.activities.sync.AnnouncedPull;
import dev.backstitch.activities.sync.AnnouncedPull.Move;
import dev.backstitch.activities.sync.SyncRequest;
import dev.backstitch.api.http.RequestBody;
import dev.backstitch.api.sync.RecordedSyncs;
import dev.backstitch.api.sync.SyncConfig;
import dev.backstitch.api.sync.SyncNews;
import dev.backstitch.api.sync.SyncState.SyncRun;
import dev.backstitch.api.sync.Syncs;
import dev.backstitch.api.testing.TestApp;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookApiTest {
  private static final String SECRET = "a-secret-of-this-test";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RecordedSyncs work = new RecordedSyncs();
  private final TestApp app =
      TestApp.startWith(work, Map.of("webhooks.secret", SECRET, "webhooks.gather-seconds", "1"));
  private final Syncs syncs = new Syncs(app.server().orchestrator());

  @AfterEach
  void stop() {
    work.letGo();
    app.close();
  }

  ///
  /// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
  @Test
  void a_signature_is_what_github_says_it_is() {
    WebhookSecret secret = WebhookSecret.of("It's a Secret to Everybody");
    byte[] body = "Hello, World!".getBytes(StandardCharsets.UTF_8);

    assertThat(secret.sign(body))
        .isEqualTo("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    assertThat(secret.signed(body, secret.sign(body))).isTrue();
    assertThat(secret.signed(body, null)).isFalse();
    assertThat(secret.signed(body, "sha256=")).isFalse();
    assertThat(secret.toString()).isEqualTo("***");
  }

  @Test
  void a_short_secret_stops_the_start_and_is_not_shown() {
    assertThatThrownBy(() -> WebhookSecret.of("short-one"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BACKSTITCH_WEBHOOKS_SECRET")
        .hasMessageNotContaining("short-one");
  }

  @Test
  void a_delivery_that_is_not_signed_leaves_no_trace() {
    HttpResponse<String> forged = deliver("d1", pull(1, "a", "b"), "sha256=00");
    HttpResponse<String> signed = deliver("d1", pull(1, "a", "b"));

    assertThat(forged.statusCode()).isEqualTo(401);
    assertThat(json(forged).path("code").asText()).isEqualTo("bad-signature");
    assertThat(forged.body()).doesNotContain(SECRET);
    assertThat(json(signed).path("duplicate").asBoolean()).isFalse();
  }

  @Test
  void a_ping_is_answered() {
    HttpResponse<String> answer = send("p", "ping", "{\"zen\": \"Keep it logically awesome.\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void a_body_has_a_limit() {
    String large = "{\"x\": \"" + "x".repeat(RequestBody.MAX_BYTES) + "\"}";

    assertThat(send("large", "pull_request", large).statusCode()).isEqualTo(413);
  }

  @Test
  void without_a_secret_the_door_is_shut() {
    try (TestApp shut = TestApp.start()) {
      HttpResponse<String> answer = shut.post("/api/v1/webhooks/github", "{}");

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(json(answer).path("code").asText()).isEqualTo("webhooks-off");
    }
  }

  @Test
  void deliveries_that_come_together_are_one_run_of_their_students() {
    put(true, "main");

    deliver("d1", pull(1, "a", "b"));
    deliver("d2", pull(2, "x", "y"));
    deliver("d3", pull(1, "b", "c"));
    JsonNode again = json(deliver("d3", pull(1, "b", "c")));

    assertThat(again.path("duplicate").asBoolean()).isTrue();
    Awaitility.await().atMost(PATIENCE).until(() -> work.requests().size() == 1);
    SyncRequest request = work.requests().getFirst();
    assertThat(Objects.requireNonNull(request.announced()))
        .extracting(AnnouncedPull::number)
        .containsExactly(1, 2);
    assertThat(Objects.requireNonNull(request.announced()).getFirst().moves())
        .containsExactly(new Move("a", "b", true), new Move("b", "c", true));
    SyncRun run = syncs.runs("course", 10).getFirst();
    assertThat(run.news()).isEqualTo(3);
    app.awaitClosed(run.runId());
  }

  @Test
  void a_delivery_is_known_for_as_long_as_it_is_kept_and_forgotten_then() {
    WebhookIntake intake =
        new WebhookIntake(app.server().orchestrator(), new SyncNews(Duration.ZERO, () -> {}));
    deliver("d1", pull(1, "a", "b"));
    deliver("d2", pull(2, "x", "y"));

    assertThat(intake.forget(Duration.ofHours(1), 10)).isZero();
    assertThat(json(deliver("d1", pull(1, "a", "b"))).path("duplicate").asBoolean()).isTrue();

    assertThat(intake.forget(Duration.ZERO, 1)).as("one at a time").isEqualTo(1);
    assertThat(intake.forget(Duration.ZERO, 1)).isEqualTo(1);
    assertThat(intake.forget(Duration.ZERO, 1)).isZero();
    assertThat(json(deliver("d1", pull(1, "a", "b"))).path("duplicate").asBoolean()).isFalse();
  }

  @Test
  void what_comes_during_a_run_goes_into_the_next_one() {
    put(true, "main");
    work.holdUp();
    deliver("d1", pull(1, "a", "b"));
    Awaitility.await().atMost(PATIENCE).until(() -> work.requests().size() == 1);

    deliver("d2", pull(1, "b", "c"));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> syncs.find("course").orElseThrow().repositories().getFirst().newsAt() != null);
    assertThat(work.requests()).hasSize(1);
    work.letGo();

    Awaitility.await().atMost(PATIENCE).until(() -> work.requests().size() == 2);
  }

  @Test
  void a_sync_hears_only_of_its_repository_and_its_base_and_only_if_it_wants() {
    put(true, "release");
    assertThat(told(deliver("other-base", pull(1, "a", "b")))).isZero();
    put(false, "main");
    assertThat(told(deliver("unwanted", pull(1, "a", "b")))).isZero();
    put(true, "main");
    assertThat(told(deliver("labeled", pull(1, "a", "b").replace("synchronize", "labeled"))))
        .isZero();
    assertThat(told(deliver("bot", pull(1, "a", "b").replace("\"User\"", "\"Bot\"")))).isZero();
    assertThat(told(deliver("capitals", pull(1, "a", "b").replace("course/", "Course/"))))
        .isEqualTo(1);
    assertThat(told(send("push", "push", pull(1, "a", "b")))).isZero();
  }

  @Test
  void no_news_is_lost_or_told_twice_while_runs_are_fired_and_many_deliver() throws Exception {
    put(true, "main");
    int deliveries = 200;

    try (ExecutorService github = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < deliveries; i++) {
        int number = i;
        for (int twice = 0; twice < 2; twice++) {
          answers.add(
              github.submit(() ->
                  deliver("d" + number, pull(number + 1, "before-" + number, "head-" + number))
                      .statusCode()));
        }
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(202);
      }
    }

    Awaitility.await().atMost(PATIENCE).until(() -> heads(work.requests()).size() == deliveries);
    assertThat(heads(work.requests())).doesNotHaveDuplicates();
    assertThat(syncs.runs("course", 100).stream().mapToInt(SyncRun::news).sum())
        .isEqualTo(deliveries);
  }

  private static List<String> heads(List<SyncRequest> requests) {
    return requests.stream()
        .flatMap(request -> Objects.requireNonNull(request.announced()).stream())
        .flatMap(announced -> announced.moves().stream())
        .map(Move::head)
        .toList();
  }

  private void put(boolean webhook, String base) {
    syncs.put(
        "course",
        new SyncConfig(
            List.of("course/progress"), null, base, null, null, null, null, webhook, null),
        new Syncs.Terms(null, false));
  }

  private static int told(HttpResponse<String> answer) {
    return json(answer).path("told").asInt();
  }

  private HttpResponse<String> deliver(String id, String body) {
    return send(id, "pull_request", body);
  }

  private HttpResponse<String> deliver(String id, String body, String signature) {
    return send(id, "pull_request", body, signature);
  }

  private HttpResponse<String> send(String id, String event, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return send(id, event, body, WebhookSecret.of(SECRET).sign(bytes));
  }

  private HttpResponse<String> send(
      String id, String event, String body, @Nullable String signature) {
    HttpRequest.Builder request =
        app.request("/api/v1/webhooks/github")
            .header("Content-Type", "application/json")
            .header("X-GitHub-Event", event)
            .header("X-GitHub-Delivery", id)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (signature != null) {
      request.header("X-Hub-Signature-256", signature);
    }
    return app.send(request);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return TestApp.json(answer);
  }

  private static String pull(int number, String before, String head) {
    return """
    {"action": "synchronize", "before": "%s", "after": "%s",
     "repository": {"full_name": "course/progress"},
     "pull_request": {
       "number": %d, "state": "open",
       "user": {"login": "s%d", "id": %d, "type": "User"},
       "head": {"sha": "%s", "repo": {"full_name": "s%d/progress"}},
       "base": {"ref": "main"}}}
    """
        .formatted(before, head, number, number, 1000 + number, head, number);
  }
}
