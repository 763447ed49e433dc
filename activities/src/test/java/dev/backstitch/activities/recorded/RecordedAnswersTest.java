package dev.backstitch.activities.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.backstitch.activities.check.CheckTarget;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GitHubResponse;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Quota;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.RestWrite;
import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.activities.format.GitBlob;
import dev.backstitch.activities.post.CommitKey;
import dev.backstitch.activities.post.Reach;
import dev.backstitch.activities.recorded.Scenario.Exchange;
import dev.backstitch.activities.status.CommitStatus;
import dev.backstitch.activities.status.StatusTarget;
import dev.backstitch.activities.webhook.DeliveriesPage;
import dev.backstitch.activities.webhook.DeliveryLog;
import dev.backstitch.activities.webhook.ListDeliveries;
import dev.backstitch.activities.webhook.LoggedDelivery;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.PostVersion;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The client, and what stands on it, with answers that GitHub gave and nobody here wrote: recorded
/// by the makers of `@octokit/fixtures`. See the NOTICE beside them. [RecordedScenariosTest] plays
/// all of them through the client alone.
class RecordedAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OWNER = "octokit-fixture-org";
  private static final String RECORDED_AT = "https://api.github.com";
  private static final String SHA = "0000000000000000000000000000000000000001";

  private static final String GUID = "0b989ba4-242f-11e5-81e1-c7b6966d2516";

  private final ScriptedServer github = ScriptedServer.start();
  private final GitHubClient client = client();
  private final Meter meter = new Meter(ApiUse.NONE, Permit.NONE);

  private static GitHubClient client() {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of(SHA));
    return new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
  }

  @AfterEach
  void close() {
    github.close();
  }

  /// Plays a scenario: each request gets the first recorded answer to its method and path.
  private Scenario play(String name) throws IOException {
    Scenario scenario = Scenario.read(name);
    github.answers((request, reply) -> {
      for (Exchange exchange : scenario.exchanges()) {
        if (exchange.method().equalsIgnoreCase(request.method())
            && isAt(exchange.path(), request.path())) {
          exchange.answer(reply, this::here);
          return;
        }
      }
      reply.json(500, "{\"message\": \"never recorded\"}");
    });
    return scenario;
  }

  /// Recorded without parameters, an answer stands for the first page of any size.
  private static boolean isAt(String recorded, String path) {
    return recorded.contains("?")
        ? recorded.equals(path)
        : recorded.equals(path.split("\\?", 2)[0]);
  }

  private String here(String recorded) {
    return recorded.replace(RECORDED_AT, github.api().toString());
  }

  private Repository repository(String name) {
    return Repository.of(github.api(), OWNER + "/" + name);
  }

  @Test
  void a_list_is_followed_through_all_pages_by_its_links() throws Exception {
    Scenario recorded = play("paginate-issues");
    String path = "/repos/" + OWNER + "/paginate-issues/issues?per_page=3";

    List<JsonNode> pages = client.getPages(github.api(), path, "list the issues", meter);

    assertThat(pages).hasSize(5);
    assertThat(pages.stream().mapToInt(JsonNode::size).sum())
        .isEqualTo(recorded.exchanges().stream().mapToInt(page -> page.response().size()).sum());
    assertThat(github.seen().getLast().path())
        .isEqualTo("/repositories/1000/issues?per_page=3&page=5");
    assertThat(meter.use()).isEqualTo(new ApiUse(5, 5, null));
  }

  @Test
  void the_quota_of_an_answer_is_read_though_its_reset_is_in_milliseconds() throws Exception {
    play("get-repository");

    GitHubResponse response = get("/repos/" + OWNER + "/hello-world");

    Quota quota = Objects.requireNonNull(response.quota());
    assertThat(quota.resource()).isEqualTo("core");
    assertThat(quota.limit()).isEqualTo(5_000);
    assertThat(quota.remaining()).isEqualTo(4_999);
    assertThat(Duration.between(Instant.parse("2017-10-10T16:00:00Z"), quota.resetAt()).abs())
        .isLessThan(Duration.ofSeconds(5));
    assertThat(response.json("read it").path("full_name").asText())
        .isEqualTo(OWNER + "/hello-world");
  }

  @Test
  void the_raw_bytes_of_a_file_are_those_of_the_blob_that_its_directory_names() throws Exception {
    play("get-content");
    String path = "/repos/" + OWNER + "/hello-world/contents/";

    JsonNode listed = JSON.readTree(get(path).body().bytes());
    byte[] raw =
        client
            .get(github.api(), path + "README.md", "application/vnd.github.raw+json", "read", meter)
            .body()
            .bytes();

    assertThat(raw).hasSize(listed.path(0).path("size").asInt());
    assertThat(GitBlob.isOf(listed.path(0).path("sha").asText(), raw)).isTrue();
    assertThat(
            new Contents(client)
                .atCommit(repository("hello-world"), "master", "", 1_000, "read it", meter))
        .isEqualTo(new Contents.RestFile.NoFile());
  }

  @Test
  void what_is_not_there_is_no_doubt_and_says_in_githubs_words_what_is_missing() throws Exception {
    play("branch-protection");

    assertThatThrownBy(() -> get("/repos/" + OWNER + "/branch-protection/branches/main/protection"))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.NOT_FOUND);
              assertThat(failed.problem().leavesOutcomeUnknown()).isFalse();
            });
  }

  @Test
  void a_documented_log_of_deliveries_is_read() throws Exception {
    documented("hook-delivery-items");

    DeliveriesPage page =
        new DeliveryLog(client, Optional.empty())
            .list(
                new ListDeliveries(repository("hello"), 1L, null),
                new ActivityContext(new RunId(1), 1, 1),
                meter);

    assertThat(page.nextCursor()).isNull();
    assertThat(page.deliveries())
        .containsExactly(
            new LoggedDelivery(
                12345678L, GUID, "issues", Instant.parse("2019-06-03T00:57:16Z"), true),
            new LoggedDelivery(
                123456789L, GUID, "issues", Instant.parse("2019-06-04T00:57:16Z"), true));
  }

  @Test
  void documented_statuses_are_found_again_and_check_runs_of_others_are_not_taken_for_ours()
      throws Exception {
    PostVersion version = new PostVersion(new RunId(1), 7);
    Reach reach =
        new Reach(
            List.of(github.api()),
            (_, _) -> QuotaUse.read("test", "core", Lane.LIVE, QuotaRules.DEFAULT));
    Repository repository = repository("hello");

    documented("combined-commit-status");
    String status =
        JSON.writeValueAsString(
            new CommitStatus(
                CommitStatus.State.SUCCESS,
                "Build has completed successfully",
                "https://ci.example.com/1000/output"));
    List<PostTarget.ReadBack> statuses =
        new StatusTarget(client, reach, InstantSource.system())
            .readBack(
                StatusTarget.target(repository),
                List.of(
                    new PostTarget.Doubt(
                        new CommitKey(SHA, "continuous-integration/jenkins").toString(),
                        version,
                        1,
                        status)),
                Permit.NONE);
    documented("check-run-paginated");
    List<PostTarget.ReadBack> checks =
        new CheckTarget(client, reach, InstantSource.system())
            .readBack(
                CheckTarget.target(repository),
                List.of(
                    new PostTarget.Doubt(
                        new CommitKey(SHA, "mighty_readme").toString(), version, 1, "{}")),
                Permit.NONE);

    assertThat(statuses).containsExactly(PostTarget.ReadBack.LANDED);
    assertThat(checks).containsExactly(PostTarget.ReadBack.ABSENT);
  }

  /// Answers everything with an example from GitHub's description of its API.
  private void documented(String example) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            RecordedAnswersTest.class.getResourceAsStream("documented.json"), example)) {
      String answer = JSON.readTree(in).path(example).toString();
      github.answers((_, reply) -> reply.json(200, answer));
    }
  }

  private GitHubResponse get(String path) throws InterruptedException {
    return client.get(github.api(), path, "application/vnd.github+json", "read it", meter);
  }

  @Test
  void a_renamed_repository_is_read_and_changed_at_its_new_address() throws Exception {
    play("rename-repository");
    String old = "/repos/" + OWNER + "/rename-repository";

    JsonNode found = get(old).json("read it");
    JsonNode first = patch(old);
    int sent = github.seen().size();

    assertThat(found.path("id").asInt()).isEqualTo(1000);
    assertThat(first.path("id").asInt()).isEqualTo(1000);
    assertThat(sent).isEqualTo(3);
  }

  private JsonNode patch(String path) throws InterruptedException {
    return client
        .write(
            new RestWrite(
                github.api(),
                RestWrite.Method.PATCH,
                path,
                JsonNodeFactory.instance.objectNode().put("name", "rename-repository-newname"),
                "rename it"),
            meter)
        .json("rename it");
  }

  @Test
  void what_is_not_valid_is_no_doubt_and_tells_why() throws Exception {
    play("errors");

    assertThatThrownBy(() ->
            client.write(
                new RestWrite(
                    github.api(),
                    RestWrite.Method.POST,
                    "/repos/" + OWNER + "/errors/labels",
                    JsonNodeFactory.instance.objectNode().put("name", "foo"),
                    "make the label"),
                meter))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.INVALID);
              assertThat(failed.problem().leavesOutcomeUnknown()).isFalse();
            })
        .hasMessageContaining("Validation Failed");
  }

  @Test
  void a_status_is_set_by_the_body_that_was_recorded_and_found_again() throws Exception {
    Scenario recorded = play("create-status");
    StatusTarget target =
        new StatusTarget(
            client,
            new Reach(
                List.of(github.api()),
                (_, _) -> QuotaUse.read("test", "core", Lane.LIVE, QuotaRules.DEFAULT)),
            InstantSource.system());
    PostVersion version = new PostVersion(new RunId(1), 7);
    String key = new CommitKey(SHA, "example/1").toString();
    String content =
        JSON.writeValueAsString(
            new CommitStatus(
                CommitStatus.State.FAILURE, "create-status failure test", "https://example.com"));
    String other = JSON.writeValueAsString(CommitStatus.of(CommitStatus.State.PENDING, "soon"));

    List<PostOutcome> outcomes =
        target.deliver(
            new PostTarget.Delivery(
                1,
                StatusTarget.target(repository("create-status")),
                List.of(new PostTarget.Item(key, version, content, 1))));
    List<PostTarget.ReadBack> answers =
        target.readBack(
            StatusTarget.target(repository("create-status")),
            List.of(
                new PostTarget.Doubt(key, version, 1, content),
                new PostTarget.Doubt(key, version, 1, other),
                new PostTarget.Doubt(key, version, 1, "null")),
            Permit.NONE);

    assertThat(outcomes).containsExactly(new PostOutcome.Delivered("1000"));
    assertThat(JSON.readTree(github.seen().getFirst().body()))
        .isEqualTo(recorded.exchanges().getFirst().body());
    assertThat(answers)
        .containsExactly(
            PostTarget.ReadBack.LANDED, PostTarget.ReadBack.ABSENT, PostTarget.ReadBack.UNSURE);
  }
}
