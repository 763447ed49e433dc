package dev.backstitch.api.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.sync.AnnouncedPull;
import dev.backstitch.activities.sync.AnnouncedPull.Move;
import dev.backstitch.api.sync.RecordedSyncs;
import dev.backstitch.api.sync.SyncConfig;
import dev.backstitch.api.sync.SyncState.SyncRun;
import dev.backstitch.api.sync.Syncs;
import dev.backstitch.api.testing.TestApp;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The door for webhooks, with payloads that nobody here wrote: those of
/// `@octokit/webhooks-examples`. See the NOTICE beside them.
class WebhookExamplesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "a-secret-of-this-test";
  private static final String HEAD = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";
  private static final String BEFORE = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e";
  private static final Set<String> MOVING = Set.of("opened", "closed", "reopened", "synchronize");

  private final RecordedSyncs work = new RecordedSyncs();
  private final TestApp app =
      TestApp.startWith(work, Map.of("webhooks.secret", SECRET, "webhooks.gather-seconds", "1"));
  private final Syncs syncs = new Syncs(app.server().orchestrator());

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void examples_of_other_events_are_accepted_and_of_no_interest() throws Exception {
    listen();

    assertThat(answers("ping", 4)).containsOnly(new Answer(200, 0));
    assertThat(answers("push", 7)).containsOnly(new Answer(202, 0));
    assertThat(answers("installation", 7)).containsOnly(new Answer(202, 0));
    JsonNode opened =
        examples("pull_request").stream()
            .filter(payload -> payload.path("action").asText().equals("opened"))
            .findFirst()
            .orElseThrow();
    assertThat(deliver("pull_request", opened)).isEqualTo(new Answer(202, 1));
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !work.requests().isEmpty());
    assertThat(work.requests()).as("what the one of interest starts, and nothing else").hasSize(1);
    assertThat(runs()).hasSize(1);
    assertThat(told()).isEqualTo(1);
  }

  @Test
  void examples_of_pull_requests_are_told_if_they_move_a_head_or_open_or_close_one()
      throws Exception {
    listen();
    List<JsonNode> examples = examples("pull_request");
    List<String> moving =
        examples.stream()
            .map(payload -> payload.path("action").asText())
            .filter(MOVING::contains)
            .toList();

    List<Answer> answers = answers("pull_request", 29);

    assertThat(moving).hasSize(9);
    for (int i = 0; i < examples.size(); i++) {
      String action = examples.get(i).path("action").asText();
      assertThat(answers.get(i))
          .as(action)
          .isEqualTo(new Answer(202, MOVING.contains(action) ? 1 : 0));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> told() == moving.size() && work.requests().size() == runs().size());
    assertThat(announced())
        .allSatisfy(pull -> {
          assertThat(pull.number()).isEqualTo(2);
          assertThat(pull.author()).isEqualTo(new Author("Codertocat", 21031067L));
          assertThat(pull.headRepository()).isEqualTo("Codertocat/Hello-World");
        })
        .flatMap(AnnouncedPull::moves)
        .contains(
            new Move(null, HEAD, true), new Move(BEFORE, HEAD, true), new Move(null, HEAD, false));
  }

  private record Answer(int status, int told) {}

  private void listen() {
    syncs.put(
        "examples",
        new SyncConfig(
            List.of("Codertocat/Hello-World"), null, "master", null, null, null, null, true, null),
        new Syncs.Terms(null, false));
  }

  private List<Answer> answers(String event, int expected) throws IOException {
    List<JsonNode> examples = examples(event);
    assertThat(examples).hasSize(expected);
    return examples.stream().map(payload -> deliver(event, payload)).toList();
  }

  private static List<JsonNode> examples(String event) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            WebhookExamplesTest.class.getResourceAsStream("examples/" + event + ".json"), event)) {
      return JSON.readTree(in).valueStream().toList();
    }
  }

  private Answer deliver(String event, JsonNode payload) {
    byte[] body = payload.toString().getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> answer =
        app.send(
            app.request("/api/v1/webhooks/github")
                .header("Content-Type", "application/json")
                .header("X-GitHub-Event", event)
                .header("X-GitHub-Delivery", UUID.randomUUID().toString())
                .header("X-Hub-Signature-256", WebhookSecret.of(SECRET).sign(body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    return new Answer(answer.statusCode(), TestApp.json(answer).path("told").asInt(-1));
  }

  private int told() {
    return runs().stream().mapToInt(SyncRun::news).sum();
  }

  private List<SyncRun> runs() {
    return syncs.runs("examples", 100);
  }

  private List<AnnouncedPull> announced() {
    return work.requests().stream()
        .flatMap(request -> Objects.requireNonNull(request.announced()).stream())
        .toList();
  }
}
