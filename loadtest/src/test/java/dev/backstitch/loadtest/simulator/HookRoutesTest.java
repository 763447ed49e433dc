package dev.backstitch.loadtest.simulator;

import static dev.backstitch.loadtest.simulator.ApiClient.header;
import static dev.backstitch.loadtest.simulator.ApiClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.webhook.WebhookSecret;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.simulator.http.HttpListener;
import dev.backstitch.loadtest.simulator.http.Reply;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HookRoutesTest {
  private static final String HOOKS = "/repos/seam-school/progress/hooks";
  private static final String SECRET = "a-secret-of-this-test";

  private final List<Request> received = new CopyOnWriteArrayList<>();
  private final HttpListener receiver =
      HttpListener.start(
          0,
          request -> {
            received.add(request);
            return Reply.Answer.empty(202);
          });
  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(4));
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    receiver.close();
    simulator.close();
  }

  @Test
  void a_hook_is_made_and_told_of_itself_first_and_then_of_what_happens() throws Exception {
    HttpResponse<byte[]> made = create("[\"pull_request\"]");

    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(header(made, "Location")).endsWith(HOOKS + "/" + json(made).path("id").asLong());
    assertThat(json(made).at("/config/secret").asText()).isEqualTo("********");
    await(1);
    simulator.world().pushProgress(1);
    await(2);
    simulator.world().secondPullRequestOfOneUser();
    await(3);
    simulator.world().closePullRequest(simulator.world().openPullRequests().getFirst().number());
    await(4);

    assertThat(received)
        .extracting(request -> request.header("X-GitHub-Event").orElse(""))
        .containsExactly("ping", "pull_request", "pull_request", "pull_request");
    assertThat(received)
        .allSatisfy(request ->
            assertThat(request.header("X-Hub-Signature-256"))
                .contains(WebhookSecret.of(SECRET).sign(request.body().bytes())));
    assertThat(client.json(HOOKS).path(0).at("/last_response/code").asInt()).isEqualTo(202);
  }

  @Test
  void a_pull_request_that_is_opened_again_is_told_and_open() throws Exception {
    int number = simulator.world().openPullRequests().getFirst().number();
    hook(HookTrouble.NONE);

    simulator.world().closePullRequest(number);
    simulator.world().reopenPullRequest(number);
    await(2);

    JsonNode told = new ObjectMapper().readTree(received.getLast().body().bytes());
    assertThat(told.path("action").asText()).isEqualTo("reopened");
    assertThat(told.at("/pull_request/state").asText()).isEqualTo("open");
    assertThat(told.at("/pull_request/closed_at").isNull()).isTrue();
    assertThat(simulator.world().openPullRequests()).hasSize(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> simulator.world().reopenPullRequest(number));
  }

  @Test
  void a_hook_hears_only_what_it_asked_for() throws Exception {
    create("[\"push\"]");
    await(1);

    simulator.world().pushProgress(1);
    Hook hook = hook(HookTrouble.NONE);
    simulator.world().pushProgress(1);
    await(2);

    assertThat(received.getLast().header("X-GitHub-Hook-ID")).contains(Long.toString(hook.id()));
  }

  @Test
  void a_push_to_the_repository_is_told_with_its_commits() throws Exception {
    create("[\"push\"]");
    await(1);
    String before = simulator.world().trackerHead().name();
    String after = simulator.world().foreignCommit(SyncWorld.TRACKER).name();
    await(2);
    post(
        "/repos/seam-school/progress/git/refs",
        "{\"ref\": \"refs/heads/a\", \"sha\": \"%s\"}".formatted(before));
    await(3);
    client.send(
        client
            .request("/repos/seam-school/progress/git/refs/heads/a")
            .method(
                "PATCH",
                HttpRequest.BodyPublishers.ofString("{\"sha\": \"%s\"}".formatted(after))));
    await(4);

    JsonNode pushed = told(1);
    assertThat(pushed.path("ref").asText()).isEqualTo("refs/heads/tracker");
    assertThat(pushed.path("before").asText()).isEqualTo(before);
    assertThat(pushed.path("after").asText()).isEqualTo(after);
    assertThat(pushed.path("commits")).hasSize(1);
    assertThat(pushed.at("/commits/0/added/0").asText()).isEqualTo("notes/1.md");
    assertThat(pushed.at("/commits/0/modified")).isEmpty();
    assertThat(pushed.at("/pusher/name").asText()).isEqualTo("somebody-else");
    assertThat(pushed.path("created").asBoolean()).isFalse();
    assertThat(told(2).path("created").asBoolean()).isTrue();
    assertThat(told(2).path("before").asText()).isEqualTo("0".repeat(40));
    assertThat(told(3).at("/head_commit/id").asText()).isEqualTo(after);
    assertThat(told(3).path("forced").asBoolean()).isFalse();
    assertThat(received.getLast().header("X-GitHub-Event")).contains("push");
  }

  private JsonNode told(int delivery) throws Exception {
    return new ObjectMapper().readTree(received.get(delivery).body().bytes());
  }

  @Test
  void a_hook_without_an_address_or_with_a_short_secret_is_422() throws Exception {
    assertThat(post(HOOKS, "{\"config\": {\"content_type\": \"json\"}}").statusCode())
        .isEqualTo(422);
    HttpResponse<byte[]> open =
        post(HOOKS, "{\"config\": {\"url\": \"http://localhost:1/\", \"content_type\": \"json\"}}");
    assertThat(open.statusCode()).isEqualTo(422);
    assertThat(ApiClient.text(open)).contains("config.secret");
    assertThat(client.without("Authorization").get(HOOKS).statusCode()).isEqualTo(401);
  }

  @Test
  void the_log_comes_in_pages_by_result_and_what_was_lost_is_sent_again() throws Exception {
    Hook hook = hook(new HookTrouble(1, 0, 0, Duration.ZERO, 1));
    simulator.world().pushProgress(3);
    hook.trouble(HookTrouble.NONE);
    simulator.world().pushProgress(1);
    await(1);
    Awaitility.await().until(() -> hook.deliveries().size() == 4);
    String log = HOOKS + "/" + hook.id() + "/deliveries";

    HttpResponse<byte[]> first = client.get(log + "?per_page=3");
    JsonNode second = client.json(next(first));
    JsonNode lost = client.json(log + "?status=failure");
    JsonNode arrived = client.json(log + "?status=success");
    HttpResponse<byte[]> again =
        post(log + "/" + lost.path(0).path("id").asLong() + "/attempts", "");

    assertThat(json(first)).hasSize(3);
    assertThat(second).hasSize(1);
    assertThat(lost).hasSize(3);
    assertThat(arrived).hasSize(1);
    assertThat(again.statusCode()).isEqualTo(202);
    await(2);
    assertThat(received.getLast().header("X-GitHub-Delivery"))
        .contains(lost.path(0).path("guid").asText());
    assertThat(post(log + "/1/attempts", "").statusCode()).isEqualTo(404);
    assertThat(client.get(HOOKS + "/1/deliveries").statusCode()).isEqualTo(404);
  }

  @Test
  void a_delivery_is_forgotten_after_three_days() throws Exception {
    Hook hook = hook(new HookTrouble(1, 0, 0, Duration.ZERO, 1));
    simulator.world().pushProgress(1);
    simulator.clock().advance(Duration.ofDays(2));
    simulator.world().pushProgress(1);
    String log = HOOKS + "/" + hook.id() + "/deliveries";
    JsonNode both = client.json(log);
    assertThat(both).hasSize(2);

    simulator.clock().advance(Duration.ofDays(1).plusSeconds(1));

    assertThat(client.json(log)).hasSize(1);
    String again = log + "/%d/attempts";
    assertThat(post(again.formatted(both.at("/1/id").asLong()), "").statusCode()).isEqualTo(404);
    assertThat(post(again.formatted(both.at("/0/id").asLong()), "").statusCode()).isEqualTo(202);
  }

  @Test
  void what_is_too_large_is_not_sent_and_in_no_log() {
    Hook hook = hook(new HookTrouble(0, 0, 0, Duration.ZERO, 1, 1));
    simulator.world().pushProgress(2);
    hook.trouble(HookTrouble.NONE);
    simulator.world().pushProgress(1);

    await(1);
    Awaitility.await().until(() -> hook.deliveries().size() == 1);
  }

  private Hook hook(HookTrouble trouble) {
    return simulator.addHook(address(), SECRET, trouble);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + receiver.port() + "/hook");
  }

  private HttpResponse<byte[]> create(String events) throws Exception {
    return post(
        HOOKS,
        """
        {"events": %s, "config": {"url": "%s", "content_type": "json", "secret": "%s"}}
        """
            .formatted(events, address(), SECRET));
  }

  private HttpResponse<byte[]> post(String path, String body) throws Exception {
    return client.send(client.request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private String next(HttpResponse<byte[]> answer) {
    String link = header(answer, "Link");
    return link.substring(1, link.indexOf('>')).replace(simulator.apiUrl().toString(), "");
  }

  private void await(int deliveries) {
    Awaitility.await().until(() -> received.size() == deliveries);
  }
}
