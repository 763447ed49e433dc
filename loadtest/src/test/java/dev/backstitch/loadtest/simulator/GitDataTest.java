package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commits made object by object, by the git data API.
class GitDataTest {

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(3));
  private final SyncWorld world = simulator.world();
  private final ApiClient client = new ApiClient(simulator);
  private final String head = world.trackerHead().name();

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void blobs_a_tree_a_commit_and_a_moved_ref_make_one_commit() throws Exception {
    Map<String, byte[]> before = world.trackerFiles();
    String gone = before.keySet().iterator().next();
    String bytes = Base64.getEncoder().encodeToString(new byte[] {(byte) 0xff, 0, 1});
    String blob = sha(post("blobs", "{'content': '%s', 'encoding': 'base64'}".formatted(bytes)));
    String tree =
        sha(
            post(
                "trees",
                ("{'base_tree': '%s', 'tree': ["
                        + "{'path': 'students/a.json', 'mode': '100644', 'type': 'blob',"
                        + " 'content': '[]'},"
                        + "{'path': 'film', 'mode': '100755', 'type': 'blob', 'sha': '%s'},"
                        + "{'path': '%s', 'mode': '100644', 'type': 'blob', 'sha': null}]}")
                    .formatted(head, blob, gone)));
    JsonNode commit =
        json(
            201,
            post(
                "commits",
                ("{'message': 'By hand', 'tree': '%s', 'parents': ['%s'], 'author': {'name': 'A',"
                        + " 'email': 'a@example.org', 'date': '2026-02-03T04:05:06Z'}}")
                    .formatted(tree, head)));
    assertThat(world.trackerHead().name()).as("nothing is seen yet").isEqualTo(head);

    JsonNode moved = json(200, patch("heads/tracker", commit.path("sha").asText(), false));

    assertThat(moved.at("/object/sha")).isEqualTo(commit.path("sha"));
    assertThat(world.trackerHead().name()).isEqualTo(commit.path("sha").asText());
    assertThat(commit.at("/author/date").asText()).isEqualTo("2026-02-03T04:05:06Z");
    assertThat(commit.at("/committer/name").asText()).isEqualTo("A");
    assertThat(world.trackerFiles())
        .containsEntry("students/a.json", "[]".getBytes(StandardCharsets.UTF_8))
        .containsEntry("film", new byte[] {(byte) 0xff, 0, 1})
        .doesNotContainKey(gone)
        .hasSize(before.size() + 1);
  }

  @Test
  void a_tree_may_hold_another_one_and_is_listed_by_its_entries() throws Exception {
    String inner =
        sha(post("trees", "{'tree': [{'path': 'a/b', 'mode': '100644', 'content': 'x'}]}"));

    JsonNode outer =
        json(
            201,
            post(
                "trees",
                ("{'tree': [{'path': 'below', 'mode': '040000', 'type': 'tree', 'sha': '%s'},"
                        + "{'path': 'beside', 'mode': '100644', 'content': 'yz'}]}")
                    .formatted(inner)));

    assertThat(outer.path("tree")).hasSize(2);
    assertThat(outer.at("/tree/0/sha").asText()).isEqualTo(inner);
    assertThat(outer.at("/tree/0/type").asText()).isEqualTo("tree");
    assertThat(outer.at("/tree/1/mode").asText()).isEqualTo("100644");
    assertThat(outer.at("/tree/1/size").asInt()).isEqualTo(2);
  }

  @Test
  void a_ref_is_moved_forward_only() throws Exception {
    String mine = commitOn(head);
    world.foreignCommit(SyncWorld.TRACKER);
    String theirs = world.trackerHead().name();

    assertRefused(patch("heads/tracker", mine, false), "Update is not a fast forward");
    assertThat(world.trackerHead().name()).isEqualTo(theirs);

    String again = commitOn(theirs);
    json(200, patch("heads/tracker", again, false));
    assertThat(world.trackerHead().name()).isEqualTo(again);
    json(200, patch("heads/tracker", again, false));
  }

  @Test
  void a_ref_is_made_once() throws Exception {
    String wish = "{'ref': 'refs/heads/feature/a', 'sha': '%s'}".formatted(head);

    JsonNode made = json(201, post("refs", wish));

    assertThat(made.path("ref").asText()).isEqualTo("refs/heads/feature/a");
    assertThat(client.json("/repos/seam-school/progress/git/ref/heads/feature/a").at("/object/sha"))
        .isEqualTo(made.at("/object/sha"));
    assertRefused(post("refs", wish), "Reference already exists");
    assertRefused(
        post("refs", "{'ref': 'heads/b', 'sha': '%s'}".formatted(head)), "must start with");
  }

  @Test
  void what_is_not_there_can_t_be_built_upon() throws Exception {
    String nothing = "0123456789012345678901234567890123456789";
    String tree = sha(post("trees", "{'tree': [{'path': 'a', 'content': 'x'}]}"));

    assertRefused(
        post("trees", "{'base_tree': '%s', 'tree': [{'path': 'a'}]}".formatted(nothing)),
        "base_tree is not a valid tree oid");
    assertRefused(
        post(
            "trees", "{'tree': [{'path': 'a', 'mode': '100644', 'sha': '%s'}]}".formatted(nothing)),
        "is not a valid blob");
    assertRefused(
        post(
            "trees",
            "{'base_tree': '%s', 'tree': [{'path': 'no/such', 'sha': null}]}".formatted(tree)),
        "BadObjectState");
    assertRefused(
        post("commits", "{'message': 'm', 'tree': '%s'}".formatted(nothing)),
        "Tree SHA does not exist");
    assertRefused(
        post(
            "commits",
            "{'message': 'm', 'tree': '%s', 'parents': ['%s']}".formatted(tree, nothing)),
        "Parent SHA does not exist");
    assertRefused(patch("heads/tracker", nothing, false), "Object does not exist");
    assertRefused(patch("heads/no-such-branch", head, false), "Reference does not exist");
  }

  @Test
  void a_protected_branch_and_a_fork_are_not_written_to() throws Exception {
    world.protect(SyncWorld.TRACKER, Protection.RULESET);
    assertRefused(patch("heads/tracker", commitOn(head), false), "through a pull request");

    Repository fork = world.openPullRequests().getFirst().headRepository().orElseThrow();
    HttpResponse<byte[]> refused =
        send("POST", "/repos/" + fork.nameWithOwner() + "/git/blobs", "{'content': 'x'}");
    assertThat(refused.statusCode()).isEqualTo(403);
  }

  @Test
  void an_answer_may_be_lost_behind_the_effect() throws Exception {
    String mine = commitOn(head);
    simulator.faults().next(Operation.UPDATE_REF, new Fault.StatusAfterWrite(502));

    assertThat(patch("heads/tracker", mine, false).statusCode()).isEqualTo(502);

    assertThat(world.trackerHead().name()).isEqualTo(mine);
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 422})
  void a_ref_that_was_moved_a_moment_ago_may_be_refused_for_nothing(int status) throws Exception {
    simulator.faults().nth(Operation.UPDATE_REF, 2, new Fault.RefRefused(status));
    String first = commitOn(head);
    String second = commitOn(first);

    json(200, patch("heads/tracker", first, false));
    HttpResponse<byte[]> refused = patch("heads/tracker", second, false);

    assertThat(refused.statusCode()).isEqualTo(status);
    assertThat(ApiClient.text(refused))
        .contains(status == 422 ? "Update is not a fast forward" : "Conflict");
    assertThat(refused.headers().firstValue("x-ratelimit-used")).isPresent();
    assertThat(world.trackerHead().name()).isEqualTo(first);
    json(200, patch("heads/tracker", second, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "a/", "a//b", "./a", "a/../b", ".git/config", "a/.GIT/b"})
  void a_path_that_git_does_not_take_is_refused(String path) throws Exception {
    assertRefused(
        post("trees", "{'tree': [{'path': '%s', 'content': 'x'}]}".formatted(path)),
        "malformed path");
  }

  @Test
  void refs_of_pull_requests_are_nobodys_to_make_or_to_move() throws Exception {
    String own = world.openPullRequests().getFirst().ref();

    assertRefused(
        post("refs", "{'ref': 'refs/pull/9999/head', 'sha': '%s'}".formatted(head)),
        "Reference update failed");
    assertRefused(
        patch(own.substring("refs/".length()), head, false), "Reference cannot be updated");
    assertThat(world.openPullRequests().getFirst().head().name()).isNotEqualTo(head);
  }

  private String commitOn(String parent) throws Exception {
    String tree =
        sha(
            post(
                "trees",
                "{'base_tree': '%s', 'tree': [{'path': 'n', 'content': '%s'}]}"
                    .formatted(parent, parent)));
    return sha(
        post(
            "commits",
            "{'message': 'One more', 'tree': '%s', 'parents': ['%s']}".formatted(tree, parent)));
  }

  private HttpResponse<byte[]> post(String what, String json) throws Exception {
    return send("POST", "/repos/seam-school/progress/git/" + what, json);
  }

  private HttpResponse<byte[]> patch(String ref, String sha, boolean force) throws Exception {
    return send(
        "PATCH",
        "/repos/seam-school/progress/git/refs/" + ref,
        "{'sha': '%s', 'force': %s}".formatted(sha, force));
  }

  private HttpResponse<byte[]> send(String method, String path, String json)
      throws IOException, InterruptedException {
    return client.send(
        client.request(path).method(method, BodyPublishers.ofString(json.replace('\'', '"'))));
  }

  private static JsonNode json(int status, HttpResponse<byte[]> answer) throws IOException {
    assertThat(answer.statusCode()).as(ApiClient.text(answer)).isEqualTo(status);
    return ApiClient.json(answer);
  }

  private static String sha(HttpResponse<byte[]> answer) throws IOException {
    return json(201, answer).path("sha").asText();
  }

  private static void assertRefused(HttpResponse<byte[]> answer, String message)
      throws IOException {
    assertThat(json(422, answer).path("message").asText()).contains(message);
  }
}
