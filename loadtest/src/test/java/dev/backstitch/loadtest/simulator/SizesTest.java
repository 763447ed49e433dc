package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.forge.BranchCommit;
import dev.backstitch.loadtest.simulator.forge.Sizes.Limits;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is too much for GitHub.
class SizesTest {
  private static final String REPOSITORY = "/repos/seam-school/progress";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(2));
  private final SyncWorld world = simulator.world();
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void a_directory_shows_its_first_thousand_files_and_says_nothing_of_the_others()
      throws Exception {
    commit(1_003);

    JsonNode shown = client.json(REPOSITORY + "/contents/many?ref=tracker");

    assertThat(shown).hasSize(1_000);
    assertThat(client.get(REPOSITORY + "/contents/many/1002?ref=tracker").statusCode())
        .isEqualTo(200);
  }

  @Test
  void a_tree_is_listed_with_all_that_is_below_it_and_says_when_it_was_cut_off() throws Exception {
    commit(5);
    String tree = world.forge().objects().commit(world.trackerHead()).orElseThrow().tree().name();

    JsonNode whole = client.json(REPOSITORY + "/git/trees/" + tree + "?recursive=1");
    assertThat(whole.path("truncated").asBoolean()).isFalse();
    assertThat(paths(whole)).contains("many", "many/0", "many/4");
    JsonNode top = client.json(REPOSITORY + "/git/trees/tracker");
    assertThat(paths(top)).contains("many").doesNotContain("many/0");
    assertThat(top.path("truncated").asBoolean()).isFalse();

    world.forge().sizes().limits(Limits.GITHUB.withLists(1_000, 3));
    JsonNode cut = client.json(REPOSITORY + "/git/trees/" + tree + "?recursive=1");

    assertThat(cut.path("truncated").asBoolean()).isTrue();
    assertThat(paths(cut)).isEqualTo(paths(whole).subList(0, 3));
    assertThat(client.get(REPOSITORY + "/git/trees/absent").statusCode()).isEqualTo(404);
  }

  @Test
  void a_file_above_what_can_be_read_is_refused_in_every_form() throws Exception {
    String file = REPOSITORY + "/contents/README.md?ref=tracker";
    JsonNode whole = client.json(file);
    String blob = REPOSITORY + "/git/blobs/" + whole.path("sha").asText();
    int size = whole.path("size").asInt();

    post("{\"fileBytes\": " + size + "}");
    assertThat(client.get(file).statusCode()).isEqualTo(200);
    post("{\"fileBytes\": " + (size - 1) + "}");

    for (String accept :
        List.of("application/vnd.github+json", "application/vnd.github.raw+json")) {
      client.with("Accept", accept);
      assertThat(client.get(file).statusCode()).as(accept).isEqualTo(403);
      assertThat(client.get(blob).statusCode()).as(accept).isEqualTo(403);
    }
  }

  private void post(String sizes) throws Exception {
    client.send(
        client.request("/_simulator/sizes").POST(HttpRequest.BodyPublishers.ofString(sizes)));
  }

  @Test
  void a_commit_that_is_too_large_times_out_and_has_no_effect() throws Exception {
    world.forge().sizes().limits(Limits.GITHUB.withWrites(2_000, 2_000, 3));
    String head = world.trackerHead().name();

    assertThat(createCommit(head, "x".repeat(2_000)).statusCode()).isEqualTo(502);
    assertThat(world.trackerHead().name()).isEqualTo(head);
    assertThat(createCommit(head, "x").statusCode()).isEqualTo(200);
    assertThat(world.trackerHead().name()).isNotEqualTo(head);
  }

  @Test
  void a_tree_that_is_too_large_or_of_too_many_files_times_out() throws Exception {
    simulator.world().forge().sizes().limits(Limits.GITHUB.withWrites(2_000, 2_000, 3));

    assertThat(createTree(1, "x".repeat(2_000)).statusCode()).isEqualTo(502);
    assertThat(createTree(4, "x").statusCode()).isEqualTo(502);
    assertThat(createTree(3, "x").statusCode()).isEqualTo(201);
  }

  @Test
  void sizes_are_changed_from_outside_one_by_one() throws Exception {
    commit(5);

    assertThat(post("/_simulator/sizes", "{\"directoryEntries\": 2}").statusCode()).isEqualTo(200);

    assertThat(client.json(REPOSITORY + "/contents/many?ref=tracker")).hasSize(2);
    assertThat(world.forge().sizes().limits()).isEqualTo(Limits.GITHUB.withLists(2, 100_000));
    HttpResponse<byte[]> unknown = post("/_simulator/sizes", "{\"folders\": 2}");
    assertThat(unknown.statusCode()).isEqualTo(422);
    assertThat(ApiClient.text(unknown)).contains("directoryEntries");
    assertThat(post("/_simulator/sizes", "{\"treeFiles\": 0}").statusCode()).isEqualTo(422);
  }

  private void commit(int files) {
    var many = new TreeMap<String, byte[]>();
    for (int i = 0; i < files; i++) {
      many.put("many/" + i, Integer.toString(i).getBytes(StandardCharsets.UTF_8));
    }
    world
        .forge()
        .commit(
            new BranchCommit(
                SyncWorld.TRACKER,
                world.trackerHead(),
                many,
                Set.of(),
                "Many files",
                new User(77, "somebody-else")));
  }

  private static List<String> paths(JsonNode tree) {
    return tree.path("tree").valueStream().map(entry -> entry.path("path").asText()).toList();
  }

  private HttpResponse<byte[]> createCommit(String head, String base64) throws Exception {
    String contents = base64.length() == 1 ? "eA==" : base64;
    return client.post(
        """
        mutation($input: CreateCommitOnBranchInput!) {
          createCommitOnBranch(input: $input) { commit { oid } }
        }
        """,
        Map.of(
            "input",
            Map.of(
                "branch",
                    Map.of(
                        "repositoryNameWithOwner", simulator.repository(), "branchName", "tracker"),
                "message", Map.of("headline", "Test"),
                "expectedHeadOid", head,
                "fileChanges",
                    Map.of("additions", List.of(Map.of("path", "a", "contents", contents))))));
  }

  private HttpResponse<byte[]> createTree(int files, String content) throws Exception {
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < files; i++) {
      entries
          .append(i == 0 ? "" : ",")
          .append(
              "{\"path\": \"f%d\", \"mode\": \"100644\", \"content\": \"%s\"}"
                  .formatted(i, content));
    }
    return post(REPOSITORY + "/git/trees", "{\"tree\": [" + entries + "]}");
  }

  private HttpResponse<byte[]> post(String path, String json) throws Exception {
    return client.send(client.request(path).POST(HttpRequest.BodyPublishers.ofString(json)));
  }
}
