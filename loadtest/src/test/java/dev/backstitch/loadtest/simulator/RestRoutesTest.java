package dev.backstitch.loadtest.simulator;

import static dev.backstitch.loadtest.simulator.ApiClient.header;
import static dev.backstitch.loadtest.simulator.ApiClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.world.BrokenFile;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestRoutesTest {

  private static final String REPOSITORY = "/repos/seam-school/progress";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(35));
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void a_repository_is_described() throws Exception {
    JsonNode repository = client.json(REPOSITORY);

    assertThat(repository.path("full_name").asText()).isEqualTo("seam-school/progress");
    assertThat(repository.path("default_branch").asText()).isEqualTo("main");
    assertThat(repository.at("/permissions/push").asBoolean()).isTrue();
    assertThat(repository.path("fork").asBoolean()).isFalse();
  }

  @Test
  void repository_names_are_found_without_regard_to_case() throws Exception {
    assertThat(client.get("/repos/SEAM-School/Progress").statusCode()).isEqualTo(200);
  }

  @Test
  void an_unknown_repository_is_404() throws Exception {
    HttpResponse<byte[]> answer = client.get("/repos/nobody/nothing/pulls");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(text(answer)).contains("\"message\":\"Not Found\"").contains("documentation_url");
  }

  @Test
  void the_pages_of_pull_requests_are_linked_by_repository_id() throws Exception {
    var numbers = new ArrayList<Integer>();

    HttpResponse<byte[]> first =
        client.get(REPOSITORY + "/pulls?state=open&base=main&direction=asc&sort=created");
    ApiClient.json(first).forEach(one -> numbers.add(one.path("number").asInt()));
    String link = header(first, "Link");
    String next = link.substring(link.indexOf('<') + 1, link.indexOf('>'));
    HttpResponse<byte[]> second =
        client.get(next.substring(simulator.apiUrl().toString().length()));
    ApiClient.json(second).forEach(one -> numbers.add(one.path("number").asInt()));

    assertThat(link).contains("rel=\"next\"").contains("rel=\"last\"");
    assertThat(next).contains("/repositories/").contains("page=2").contains("base=main");
    assertThat(header(second, "Link")).contains("rel=\"prev\"").doesNotContain("rel=\"next\"");
    assertThat(numbers)
        .isEqualTo(simulator.world().openPullRequests().stream().map(PullRequest::number).toList());
  }

  @Test
  void a_listed_pull_request_carries_its_head_and_author() throws Exception {
    PullRequest expected = simulator.world().openPullRequests().getLast();

    JsonNode newest = client.json(REPOSITORY + "/pulls?per_page=1").get(0);

    assertThat(newest.path("number").asInt()).isEqualTo(expected.number());
    assertThat(newest.at("/head/sha").asText()).isEqualTo(expected.head().name());
    assertThat(newest.at("/head/ref").asText()).isEqualTo("main");
    assertThat(newest.at("/head/repo/full_name").asText())
        .isEqualTo(expected.headRepository().map(Repository::nameWithOwner).orElseThrow());
    assertThat(newest.at("/user/id").asLong()).isEqualTo(expected.author().orElseThrow().id());
  }

  @Test
  void a_deleted_fork_is_null_and_a_deleted_author_is_the_ghost() throws Exception {
    int number = simulator.world().openPullRequests().getLast().number();
    simulator.world().deleteFork(number);
    simulator.world().deleteAuthor(number);

    JsonNode newest = client.json(REPOSITORY + "/pulls?per_page=1").get(0);

    assertThat(newest.at("/head/repo").isNull()).isTrue();
    assertThat(newest.at("/user/login").asText()).isEqualTo("ghost");
  }

  @Test
  void closed_pull_requests_are_listed_only_when_asked_for() throws Exception {
    int number = simulator.world().openPullRequests().getFirst().number();
    simulator.world().closePullRequest(number);

    assertThat(numbers("?state=closed")).containsExactly(number);
    assertThat(numbers("?state=open&per_page=100")).hasSize(34).doesNotContain(number);
    assertThat(numbers("?state=all&per_page=100")).hasSize(35);
    assertThat(numbers("?base=tracker")).isEmpty();
  }

  private List<Integer> numbers(String query) throws IOException, InterruptedException {
    var numbers = new ArrayList<Integer>();
    client
        .json(REPOSITORY + "/pulls" + query)
        .forEach(one -> numbers.add(one.get("number").asInt()));
    return numbers;
  }

  @Test
  void contents_come_in_base64_by_branch_of_the_fork() throws Exception {
    PullRequest pullRequest = simulator.world().openPullRequests().getFirst();
    String fork = pullRequest.headRepository().map(Repository::nameWithOwner).orElseThrow();

    JsonNode file = client.json("/repos/" + fork + "/contents/progress.json?ref=main");

    byte[] content = Base64.getMimeDecoder().decode(file.path("content").asText());
    assertThat(content).isEqualTo(progressOf(pullRequest));
    assertThat(file.path("size").asInt()).isEqualTo(content.length);
    assertThat(file.path("content").asText()).contains("\n");
  }

  @Test
  void contents_of_a_forks_commit_can_be_read_raw_through_the_base() throws Exception {
    PullRequest pullRequest = simulator.world().openPullRequests().getFirst();

    HttpResponse<byte[]> raw =
        client
            .with("Accept", "application/vnd.github.raw+json")
            .get(REPOSITORY + "/contents/progress.json?ref=" + pullRequest.head().name());

    assertThat(raw.body()).isEqualTo(progressOf(pullRequest));
    assertThat(header(raw, "Content-Type")).startsWith("application/vnd.github.raw+json");
  }

  private byte[] progressOf(PullRequest pullRequest) {
    var objects = simulator.world().forge().objects();
    var tree = objects.commit(pullRequest.head()).orElseThrow().tree();
    return objects.blob(objects.item(tree, "progress.json").orElseThrow().id()).orElseThrow();
  }

  @Test
  void a_directory_is_listed() throws Exception {
    JsonNode entries = client.json(REPOSITORY + "/contents/?ref=tracker");

    assertThat(entries.findValuesAsText("path"))
        .containsExactly("README.md", "latest_sync_hashes.json", "user_map.json");
  }

  @Test
  void a_missing_file_and_a_missing_ref_are_404() throws Exception {
    assertThat(client.get(REPOSITORY + "/contents/students/1.json?ref=tracker").statusCode())
        .isEqualTo(404);
    assertThat(text(client.get(REPOSITORY + "/contents/README.md?ref=nowhere")))
        .contains("No commit found for the ref nowhere");
  }

  @Test
  void a_file_above_a_megabyte_comes_only_raw() throws Exception {
    int number = simulator.world().openPullRequests().getFirst().number();
    byte[] large = new byte[1_100_000];
    String head = simulator.world().push(number, large).name();
    String path = REPOSITORY + "/contents/progress.json?ref=" + head;

    JsonNode file = client.json(path);
    HttpResponse<byte[]> raw = client.with("Accept", "application/vnd.github.raw+json").get(path);

    assertThat(file.path("encoding").asText()).isEqualTo("none");
    assertThat(file.path("content").asText()).isEmpty();
    assertThat(raw.body()).isEqualTo(large);
  }

  @Test
  void a_blob_is_read_by_its_id_in_json_and_raw() throws Exception {
    int number = simulator.world().openPullRequests().getFirst().number();
    String head = simulator.world().breakFile(number, BrokenFile.NOT_UTF8).name();
    String sha =
        client.json(REPOSITORY + "/contents/progress.json?ref=" + head).path("sha").asText();

    JsonNode blob = client.json(REPOSITORY + "/git/blobs/" + sha);
    HttpResponse<byte[]> raw =
        client
            .with("Accept", "application/vnd.github.raw+json")
            .get(REPOSITORY + "/git/blobs/" + sha);

    assertThat(blob.path("encoding").asText()).isEqualTo("base64");
    assertThat(Base64.getMimeDecoder().decode(blob.path("content").asText())).isEqualTo(raw.body());
    assertThat(raw.body()).contains((byte) 0xE9);
    assertThat(client.get(REPOSITORY + "/git/blobs/" + "0".repeat(40)).statusCode()).isEqualTo(404);
    assertThat(client.get(REPOSITORY + "/git/blobs/abc").statusCode()).isEqualTo(422);
  }

  @Test
  void refs_branches_and_commits_agree_on_the_trackers_head() throws Exception {
    String head = simulator.world().trackerHead().name();

    JsonNode ref = client.json(REPOSITORY + "/git/ref/heads/tracker");
    JsonNode branch = client.json(REPOSITORY + "/branches/tracker");
    JsonNode commit = client.json(REPOSITORY + "/git/commits/" + head);

    assertThat(ref.at("/object/sha").asText()).isEqualTo(head);
    assertThat(branch.at("/commit/sha").asText()).isEqualTo(head);
    assertThat(branch.path("protected").asBoolean()).isFalse();
    assertThat(commit.path("message").asText()).isEqualTo("Begin to track");
    assertThat(client.get(REPOSITORY + "/git/ref/heads/nowhere").statusCode()).isEqualTo(404);
    assertThat(client.get(REPOSITORY + "/branches/nowhere").statusCode()).isEqualTo(404);
  }

  @Test
  void a_pull_requests_ref_follows_its_head() throws Exception {
    int number = simulator.world().pushProgress(1).getFirst();

    JsonNode ref = client.json(REPOSITORY + "/git/ref/pull/" + number + "/head");

    assertThat(ref.at("/object/sha").asText())
        .isEqualTo(simulator.world().forge().pullRequest(number).orElseThrow().head().name());
  }

  @Test
  void the_caller_and_the_quota_are_told() throws Exception {
    assertThat(client.json("/user").path("login").asText()).isEqualTo("sync-bot");
    JsonNode limits = client.json("/rate_limit");
    assertThat(limits.at("/resources/core/used").asInt()).isEqualTo(1);
    assertThat(limits.at("/resources/graphql/limit").asInt()).isEqualTo(5000);
  }

  @Test
  void an_enterprise_servers_addresses_work_too() throws Exception {
    JsonNode repository = client.json("/api/v3" + REPOSITORY);

    assertThat(repository.path("url").asText())
        .isEqualTo(simulator.apiUrl() + "/api/v3" + REPOSITORY);
  }

  @Test
  void what_is_not_served_is_404() throws Exception {
    assertThat(client.get(REPOSITORY + "/issues").statusCode()).isEqualTo(404);
    assertThat(client.get("/").statusCode()).isEqualTo(404);
  }
}
