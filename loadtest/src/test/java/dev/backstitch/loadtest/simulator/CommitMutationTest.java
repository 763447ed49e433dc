package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommitMutationTest {

  private static final String COMMIT =
      """
      mutation($input: CreateCommitOnBranchInput!) {
        createCommitOnBranch(input: $input) {
          clientMutationId
          commit { oid messageHeadline messageBody parents(first: 1) { nodes { oid } } }
          ref { name target { oid } }
        }
      }
      """;

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(3));
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void a_commit_lands_on_the_branch_with_its_files_and_message() throws Exception {
    String before = head();
    Map<String, Object> input = input(before);
    input.put("clientMutationId", "echo me");
    input.put("message", Map.of("headline", "Sync progress", "body", "Sync-Op: 1234"));
    input.put(
        "fileChanges",
        Map.of(
            "additions", List.of(addition("students/17.json", "[]"), addition("x", "é")),
            "deletions", List.of(Map.of("path", "README.md"))));

    JsonNode payload = commit(input).at("/data/createCommitOnBranch");

    assertThat(payload.path("clientMutationId").asText()).isEqualTo("echo me");
    assertThat(payload.at("/commit/oid").asText()).isEqualTo(head()).isNotEqualTo(before);
    assertThat(payload.at("/commit/messageHeadline").asText()).isEqualTo("Sync progress");
    assertThat(payload.at("/commit/messageBody").asText()).isEqualTo("Sync-Op: 1234");
    assertThat(payload.at("/commit/parents/nodes/0/oid").asText()).isEqualTo(before);
    assertThat(payload.at("/ref/target/oid").asText()).isEqualTo(head());
    assertThat(simulator.world().trackerFiles())
        .containsOnlyKeys("latest_sync_hashes.json", "students/17.json", "user_map.json", "x");
    assertThat(simulator.world().trackerFiles().get("x"))
        .isEqualTo("é".getBytes(StandardCharsets.UTF_8));
    assertThat(simulator.world().trackerCommits())
        .singleElement()
        .extracting(GitCommit::authorName)
        .isEqualTo("sync-bot");
    assertThat(simulator.counts().commits()).isEqualTo(1);
    assertThat(simulator.counts().of(Operation.COMMIT)).isEqualTo(1);
  }

  @Test
  void a_stale_head_is_told_as_stale_data_with_status_200() throws Exception {
    String before = head();
    simulator.world().foreignCommit(SyncWorld.TRACKER);

    JsonNode answer = commit(input(before));

    assertThat(answer.at("/data/createCommitOnBranch").isNull()).isTrue();
    assertError(
        answer,
        "STALE_DATA",
        "Expected branch to point to \"%s\" but it did not.  Pull and try again."
            .formatted(before));
    assertThat(answer.at("/errors/0/path/0").asText()).isEqualTo("createCommitOnBranch");
    assertThat(simulator.counts().commits()).isZero();
  }

  @Test
  void a_foreign_writer_between_read_and_commit_makes_the_commit_stale() throws Exception {
    String before = head();
    simulator.faults().next(Operation.COMMIT, new Fault.ForeignWriter());

    JsonNode stale = commit(input(before));
    JsonNode again = commit(input(head()));

    assertThat(stale.at("/errors/0/type").asText()).isEqualTo("STALE_DATA");
    assertThat(again.has("errors")).isFalse();
    assertThat(simulator.world().trackerCommits()).hasSize(2);
    assertThat(simulator.world().trackerFiles()).containsKey("notes/1.md");
  }

  @Test
  void a_missing_branch_and_a_missing_repository_are_not_found() throws Exception {
    Map<String, Object> noBranch = input(head());
    noBranch.put(
        "branch",
        Map.of("repositoryNameWithOwner", simulator.repository(), "branchName", "nowhere"));
    Map<String, Object> noRepository = input(head());
    noRepository.put(
        "branch", Map.of("repositoryNameWithOwner", "no/body", "branchName", "tracker"));

    assertThat(commit(noBranch).at("/errors/0/type").asText()).isEqualTo("NOT_FOUND");
    assertError(
        commit(noRepository),
        "NOT_FOUND",
        "Could not resolve to a Repository with the name 'no/body'.");
  }

  @Test
  void a_branch_may_be_named_in_full_and_by_its_id() throws Exception {
    Map<String, Object> inFull = input(head());
    inFull.put(
        "branch",
        Map.of(
            "repositoryNameWithOwner", simulator.repository(), "branchName", "refs/heads/tracker"));
    assertThat(commit(inFull).has("errors")).isFalse();
    String id =
        client
            .query(
                "{ repository(owner: \"seam-school\", name: \"progress\")"
                    + " { ref(qualifiedName: \"tracker\") { id } } }")
            .at("/data/repository/ref/id")
            .asText();
    Map<String, Object> byId = input(head());
    byId.put("branch", Map.of("id", id));
    assertThat(commit(byId).has("errors")).isFalse();
    assertThat(simulator.world().trackerCommits()).hasSize(2);
  }

  @Test
  void each_kind_of_protection_has_its_own_error() throws Exception {
    simulator.world().protect(SyncWorld.TRACKER, Protection.BRANCH_PROTECTION);
    assertError(
        commit(input(head())),
        "BRANCH_PROTECTION_RULE_VIOLATION",
        "Changes must be made through a pull request.");

    simulator.world().protect(SyncWorld.TRACKER, Protection.RULESET);
    assertThat(commit(input(head())).at("/errors/0/type").asText()).isEqualTo("FORBIDDEN");

    simulator.world().unprotect(SyncWorld.TRACKER);
    simulator
        .faults()
        .next(Operation.COMMIT, new Fault.BranchProtected(Protection.BRANCH_PROTECTION));
    assertThat(commit(input(head())).at("/errors/0/type").asText())
        .isEqualTo("BRANCH_PROTECTION_RULE_VIOLATION");
    assertThat(simulator.world().trackerCommits()).isEmpty();
  }

  @Test
  void base64_is_strict() throws Exception {
    for (String wrong : List.of("YQ", "YQ==\n", "Y Q=", "YQ===", "-_==")) {
      Map<String, Object> input = input(head());
      input.put(
          "fileChanges", Map.of("additions", List.of(Map.of("path", "a", "contents", wrong))));

      JsonNode answer = commit(input);

      assertThat(answer.has("data")).as(wrong).isFalse();
      assertThat(answer.at("/errors/0/message").asText()).as(wrong).contains("Base64String");
    }
    assertThat(simulator.world().trackerCommits()).isEmpty();
    assertThat(simulator.takeViolations()).hasSize(5);
  }

  @Test
  void paths_must_be_unique_valid_and_present_when_deleted() throws Exception {
    Map<String, Object> twice =
        Map.of("additions", List.of(addition("a", "1"), addition("a", "2")));
    Map<String, Object> both =
        Map.of("additions", List.of(addition("a", "1")), "deletions", List.of(Map.of("path", "a")));
    Map<String, Object> missing = Map.of("deletions", List.of(Map.of("path", "nowhere")));

    assertThat(message(twice)).contains("more than once");
    assertThat(message(both)).contains("more than once");
    assertThat(message(missing))
        .contains("A path was requested for deletion which does not exist as of commit oid");
    for (String path : List.of("", "/a", "a//b", "../a", "a/.git/b")) {
      assertThat(message(Map.of("additions", List.of(addition(path, "1"))))).contains("not valid");
    }
    assertThat(simulator.world().trackerCommits()).isEmpty();
  }

  private String message(Map<String, Object> fileChanges) throws Exception {
    Map<String, Object> input = input(head());
    input.put("fileChanges", fileChanges);
    return commit(input).at("/errors/0/message").asText();
  }

  @Test
  void without_changes_the_commit_is_empty_but_made() throws Exception {
    assertThat(commit(input(head())).has("errors")).isFalse();

    assertThat(simulator.world().trackerCommits()).hasSize(1);
    assertThat(simulator.counts().commits()).isEqualTo(1);
  }

  @Test
  void an_object_id_must_be_one() throws Exception {
    assertThat(commit(input("tracker")).at("/errors/0/message").asText()).contains("GitObjectID");
    assertThat(simulator.takeViolations()).hasSize(1);
  }

  private static void assertError(JsonNode answer, String type, String message) {
    assertThat(answer.at("/errors/0/type").asText()).isEqualTo(type);
    assertThat(answer.at("/errors/0/message").asText()).isEqualTo(message);
  }

  private JsonNode commit(Map<String, Object> input) throws Exception {
    return client.query(COMMIT, Map.of("input", input));
  }

  private Map<String, Object> input(String expectedHead) {
    var input = new HashMap<String, Object>();
    input.put(
        "branch",
        Map.of("repositoryNameWithOwner", simulator.repository(), "branchName", "tracker"));
    input.put("message", Map.of("headline", "Test"));
    input.put("expectedHeadOid", expectedHead);
    return input;
  }

  private static Map<String, Object> addition(String path, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Map.of("path", path, "contents", Base64.getEncoder().encodeToString(bytes));
  }

  private String head() {
    return simulator.world().trackerHead().name();
  }
}
