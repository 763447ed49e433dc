package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.world.BrokenFile;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GraphQlQueriesTest {

  private static final String HEADS =
      """
      query($owner: String!, $name: String!, $after: String) {
        repository(owner: $owner, name: $name) {
          pullRequests(states: OPEN, baseRefName: "main", first: 100, after: $after,
              orderBy: {field: CREATED_AT, direction: ASC}) {
            totalCount
            pageInfo { hasNextPage endCursor }
            nodes {
              number headRefOid
              author { login ... on User { databaseId } }
              headRepository { nameWithOwner }
              commits(last: 1) { nodes { commit { oid file(path: "progress.json") { oid } } } }
            }
          }
        }
        rateLimit { limit cost remaining used resetAt nodeCount }
      }
      """;

  private GitHubSimulator simulator = simulator(12);
  private ApiClient client = new ApiClient(simulator);

  private static GitHubSimulator simulator(int students) {
    return GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(students));
  }

  private void restart(int students) {
    stop();
    simulator = simulator(students);
    client = new ApiClient(simulator);
  }

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void all_heads_are_listed_in_two_pages_for_two_points() throws Exception {
    restart(130);
    var variables = new HashMap<String, Object>(Map.of("owner", "seam-school", "name", "progress"));

    JsonNode first = client.query(HEADS, variables);
    variables.put("after", first.at("/data/repository/pullRequests/pageInfo/endCursor").asText());
    JsonNode second = client.query(HEADS, variables);

    assertThat(first.has("errors")).isFalse();
    var heads = new ArrayList<String>();
    first.findValues("headRefOid").forEach(oid -> heads.add(oid.asText()));
    second.findValues("headRefOid").forEach(oid -> heads.add(oid.asText()));
    assertThat(heads)
        .isEqualTo(
            simulator.world().openPullRequests().stream().map(one -> one.head().name()).toList());
    assertThat(second.at("/data/repository/pullRequests/pageInfo/hasNextPage").asBoolean())
        .isFalse();
    assertThat(first.at("/data/rateLimit/cost").asInt()).isEqualTo(1);
    assertThat(second.at("/data/rateLimit/used").asInt()).isEqualTo(2);
    assertThat(simulator.counts().points()).isEqualTo(2);
    assertThat(simulator.counts().of(Operation.LIST_HEADS)).isEqualTo(2);
    assertThat(simulator.violations()).isEmpty();
  }

  @Test
  void a_listed_head_names_its_author_fork_and_file() throws Exception {
    PullRequest expected = simulator.world().openPullRequests().getFirst();

    JsonNode first =
        client
            .query(HEADS, Map.of("owner", "seam-school", "name", "progress"))
            .at("/data/repository/pullRequests/nodes/0");

    assertThat(first.at("/author/databaseId").asLong())
        .isEqualTo(expected.author().orElseThrow().id());
    assertThat(first.at("/headRepository/nameWithOwner").asText()).endsWith("/progress");
    JsonNode commit = first.at("/commits/nodes/0/commit");
    assertThat(commit.path("oid").asText()).isEqualTo(expected.head().name());
    assertThat(commit.at("/file/oid").asText()).matches("[0-9a-f]{40}");
  }

  @Test
  void a_ghost_and_a_deleted_fork_are_null() throws Exception {
    int number = simulator.world().openPullRequests().getFirst().number();
    simulator.world().deleteAuthor(number);
    simulator.world().deleteFork(number);

    JsonNode first =
        client
            .query(HEADS, Map.of("owner", "seam-school", "name", "progress"))
            .at("/data/repository/pullRequests/nodes/0");

    assertThat(first.path("author").isNull()).isTrue();
    assertThat(first.path("headRepository").isNull()).isTrue();
    assertThat(first.at("/commits/nodes/0/commit/file/oid").asText()).hasSize(40);
  }

  @Test
  void the_trackers_state_comes_in_one_query() throws Exception {
    String head = simulator.world().trackerHead().name();

    JsonNode answer =
        repository(
            """
            ref(qualifiedName: "refs/heads/tracker") {
              name prefix
              target { oid ... on Commit { history(first: 20) { nodes { oid message } } } }
            }
            users: object(expression: "tracker:user_map.json") { ... on Blob { text } }
            hashes: object(expression: "%s:latest_sync_hashes.json") { ... on Blob { text } }
            nowhere: ref(qualifiedName: "refs/heads/nowhere") { name }
            """
                .formatted(head));

    assertThat(answer.at("/ref/target/oid").asText()).isEqualTo(head);
    assertThat(answer.at("/ref/name").asText()).isEqualTo("tracker");
    assertThat(answer.at("/ref/target/history/nodes/0/message").asText())
        .isEqualTo("Begin to track");
    assertThat(answer.at("/users/text").asText()).isEqualTo("{}");
    assertThat(answer.at("/hashes/text").asText()).isEqualTo("{}");
    assertThat(answer.path("nowhere").isNull()).isTrue();
  }

  @Test
  void a_hundred_aliased_files_of_forks_cost_one_point() throws Exception {
    restart(130);
    List<PullRequest> heads = simulator.world().openPullRequests().subList(0, 100);
    String aliases =
        heads.stream()
            .map(one ->
                "p%d: object(expression: \"%s:progress.json\") { ...file }"
                    .formatted(one.number(), one.head().name()))
            .collect(Collectors.joining("\n"));

    JsonNode answer =
        client.query(
            """
            query { repository(owner: "seam-school", name: "progress") { %s } rateLimit { cost } }
            fragment file on Blob { oid byteSize isBinary isTruncated text }
            """
                .formatted(aliases));

    assertThat(answer.at("/data/rateLimit/cost").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/repository")).hasSize(100);
    for (PullRequest head : heads) {
      JsonNode file = answer.at("/data/repository/p" + head.number());
      assertThat(file.path("text").asText().getBytes(StandardCharsets.UTF_8))
          .hasSize(file.path("byteSize").asInt());
      assertThat(file.path("isBinary").asBoolean()).isFalse();
    }
    assertThat(simulator.counts().of(Operation.FETCH_FILES)).isEqualTo(1);
  }

  @Test
  void broken_files_show_as_github_shows_them() throws Exception {
    var heads = new HashMap<BrokenFile, String>();
    var open = simulator.world().openPullRequests().iterator();
    for (BrokenFile kind : BrokenFile.values()) {
      int number = open.next().number();
      heads.put(kind, simulator.world().breakFile(number, kind).name());
    }
    String aliases =
        heads.entrySet().stream()
            .map(entry ->
                "%s: object(expression: \"%s:progress.json\") { ... on Blob { byteSize isBinary isTruncated text } }"
                    .formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining("\n"));

    JsonNode answer = repository(aliases);

    assertThat(answer.path("MISSING").isNull()).isTrue();
    assertThat(answer.at("/ONE_BYTE/byteSize").asInt()).isEqualTo(1);
    assertThat(answer.at("/NOT_UTF8/isBinary").asBoolean()).isFalse();
    assertThat(answer.at("/NOT_UTF8/text").asText()).contains("caf\uFFFD");
    assertThat(answer.at("/BINARY/isBinary").asBoolean()).isTrue();
    assertThat(answer.at("/BINARY/text").isNull()).isTrue();
    assertThat(answer.at("/HUGE/byteSize").asInt()).isGreaterThan(600_000);
    assertThat(answer.at("/HUGE/isTruncated").asBoolean()).isTrue();
    assertThat(answer.at("/HUGE/text").asText()).hasSize(512_000);
    assertThat(answer.at("/DOUBLED_KEYS/isTruncated").asBoolean()).isFalse();
  }

  @Test
  void files_read_through_their_commits_count_one_object_each() throws Exception {
    PullRequest head = simulator.world().openPullRequests().getFirst();
    simulator.faults().maxAliases(1);

    JsonNode answer =
        client.query(
            """
            query($oid: GitObjectID!, $path: String!) {
              repository(owner: "seam-school", name: "progress") {
                p: object(oid: $oid) { ... on Commit { file(path: $path) { ...wanted } } }
              }
            }
            fragment wanted on TreeEntry { type size object { ... on Blob { oid byteSize } } }
            """,
            Map.of("oid", head.head().name(), "path", "progress.json"));

    JsonNode file = answer.at("/data/repository/p/file");
    assertThat(file.path("type").asText()).isEqualTo("blob");
    assertThat(file.path("size")).isEqualTo(file.at("/object/byteSize"));
  }

  @Test
  void history_is_paged_from_the_newest_commit() throws Exception {
    for (int i = 0; i < 4; i++) {
      simulator.world().foreignCommit(SyncWorld.TRACKER);
    }
    String history =
        "ref(qualifiedName: \"tracker\") { target { ... on Commit { history(first: 2%s)"
            + " { %s pageInfo { hasNextPage endCursor } nodes { oid } } } } }";

    JsonNode first = repository(history.formatted("", "")).at("/ref/target/history");
    String cursor = first.at("/pageInfo/endCursor").asText();
    JsonNode second =
        repository(history.formatted(", after: \"" + cursor + "\"", "totalCount"))
            .at("/ref/target/history");

    assertThat(first.at("/nodes/0/oid").asText()).isEqualTo(simulator.world().trackerHead().name());
    assertThat(first.at("/pageInfo/hasNextPage").asBoolean()).isTrue();
    assertThat(second.path("totalCount").asInt()).isEqualTo(5);
    assertThat(second.at("/pageInfo/hasNextPage").asBoolean()).isTrue();
    assertThat(second.findValuesAsText("oid"))
        .hasSize(2)
        .doesNotContainAnyElementsOf(first.findValuesAsText("oid"));
  }

  @Test
  void single_pull_requests_are_read_by_number() throws Exception {
    PullRequest head = simulator.world().openPullRequests().getFirst();

    JsonNode found =
        repository("p: pullRequest(number: %d) { headRefOid state }".formatted(head.number()));
    JsonNode missing =
        client.query(
            "{ repository(owner: \"seam-school\", name: \"progress\")"
                + " { pullRequest(number: 99999) { headRefOid } } }");

    assertThat(found.at("/p/headRefOid").asText()).isEqualTo(head.head().name());
    assertThat(missing.at("/errors/0/type").asText()).isEqualTo("NOT_FOUND");
    assertThat(missing.at("/data/repository/pullRequest").isNull()).isTrue();
    assertThat(simulator.counts().of(Operation.READ_HEADS)).isEqualTo(2);
  }

  @Test
  void a_tree_lists_its_entries() throws Exception {
    JsonNode answer =
        repository(
            "object(expression: \"tracker:\") { ... on Tree { entries { name type mode } } }");

    assertThat(answer.path("object").findValuesAsText("name"))
        .containsExactly("README.md", "latest_sync_hashes.json", "user_map.json");
    assertThat(answer.at("/object/entries/0/mode").asInt()).isEqualTo(0100644);
  }

  @Test
  void an_unknown_repository_is_null_with_an_error_of_type_not_found() throws Exception {
    JsonNode answer = client.query("{ repository(owner: \"a\", name: \"b\") { id } }");

    assertThat(answer.at("/data/repository").isNull()).isTrue();
    assertThat(answer.at("/errors/0/type").asText()).isEqualTo("NOT_FOUND");
    assertThat(answer.at("/errors/0/path/0").asText()).isEqualTo("repository");
    assertThat(answer.at("/errors/0/message").asText())
        .isEqualTo("Could not resolve to a Repository with the name 'a/b'.");
  }

  @Test
  void a_page_needs_a_size_of_one_to_a_hundred() throws Exception {
    String connection =
        "{ repository(owner: \"seam-school\", name: \"progress\") { pullRequests%s { nodes { number } } } }";

    JsonNode none = client.query(connection.formatted(""));
    JsonNode many = client.query(connection.formatted("(first: 101)"));

    assertThat(none.at("/errors/0/type").asText()).isEqualTo("MISSING_PAGINATION_BOUNDARIES");
    assertThat(none.at("/errors/0/path/1").asText()).isEqualTo("pullRequests");
    assertThat(many.at("/errors/0/type").asText()).isEqualTo("EXCESSIVE_PAGINATION");
  }

  @Test
  void a_count_alone_needs_no_size() throws Exception {
    assertThat(repository("pullRequests { totalCount }").at("/pullRequests/totalCount").asInt())
        .isEqualTo(12);
  }

  @Test
  void more_than_half_a_million_nodes_are_refused() throws Exception {
    JsonNode answer =
        client.query(
            """
            { repository(owner: "seam-school", name: "progress") {
              pullRequests(first: 100) { nodes { commits(first: 100) { nodes { commit {
                history(first: 100) { nodes { oid } } } } } } } } }
            """);

    assertThat(answer.at("/errors/0/type").asText()).isEqualTo("MAX_NODE_LIMIT_EXCEEDED");
    assertThat(simulator.takeViolations()).hasSize(1);
  }

  @Test
  void nested_connections_cost_what_github_says() throws Exception {
    // The example of GitHub's documentation has the same shape: 1 + 100 + 100 * 50 requests.
    JsonNode answer =
        client.query(
            """
            { repository(owner: "seam-school", name: "progress") {
              pullRequests(first: 100) { nodes { commits(first: 50) { nodes { commit {
                history(first: 60) { nodes { oid } } } } } } } }
              rateLimit { cost nodeCount } }
            """);

    assertThat(answer.at("/data/rateLimit/cost").asInt()).isEqualTo(51);
    assertThat(answer.at("/data/rateLimit/nodeCount").asInt()).isEqualTo(100 + 5_000 + 300_000);
  }

  @Test
  void paging_by_update_follows_a_row_that_moves() throws Exception {
    int last = simulator.world().openPullRequests().getLast().number();
    int moved = simulator.world().pushProgress(1).getFirst();

    JsonNode answer =
        repository(
            "pullRequests(last: 1, orderBy: {field: UPDATED_AT, direction: ASC}) { nodes { number } }");

    assertThat(answer.at("/pullRequests/nodes/0/number").asInt())
        .isEqualTo(moved)
        .isNotEqualTo(last);
  }

  @Test
  void a_field_that_github_does_not_have_is_refused_and_recorded() throws Exception {
    JsonNode answer = client.query("{ viewer { shoeSize } }");

    assertThat(answer.has("data")).isFalse();
    assertThat(answer.at("/errors/0/message").asText()).contains("shoeSize");
    assertThat(simulator.takeViolations())
        .singleElement()
        .satisfies(one -> assertThat(one.side()).isEqualTo(Violation.Side.CLIENT));
  }

  @Test
  void what_is_no_graphql_is_refused() throws Exception {
    assertThat(client.query("{ viewer ").at("/errors/0/message").asText()).isNotEmpty();
    HttpResponse<byte[]> noJson =
        client.send(
            client
                .request("/graphql")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("no json")));
    assertThat(noJson.statusCode()).isEqualTo(400);
    assertThat(ApiClient.text(noJson)).contains("Problems parsing JSON");
    assertThat(simulator.takeViolations()).hasSize(2);
  }

  private JsonNode repository(String fields) throws Exception {
    JsonNode answer =
        client.query(
            "{ repository(owner: \"seam-school\", name: \"progress\") { %s } }".formatted(fields));
    assertThat(answer.path("errors")).isEmpty();
    return answer.at("/data/repository");
  }
}
