package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Answers that show the world as it was some seconds ago.
class StaleAnswersTest {
  private static final String BASE = "/repos/seam-school/progress";
  private static final Fault STALE = new Fault.Stale(Duration.ofSeconds(10));

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(5));
  private final SyncWorld world = simulator.world();
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void a_list_shows_what_was_pushed_closed_and_opened_meanwhile_as_it_was() throws Exception {
    Map<Integer, String> before = heads();
    List<PullRequest> open = world.openPullRequests();
    world.pushProgressTo(open.get(0).number());
    world.pushProgressTo(open.get(0).number());
    world.closePullRequest(open.get(1).number());
    world.deleteFork(open.get(2).number());
    world.secondPullRequestOfOneUser();
    simulator.faults().next(Operation.LIST_PULLS, STALE);
    simulator.faults().next(Operation.LIST_HEADS, STALE);

    JsonNode rest = client.json(BASE + "/pulls?per_page=100");
    JsonNode graphQl = client.query(openHeads());

    assertThat(restHeads(rest)).isEqualTo(before);
    assertThat(rest).allSatisfy(one -> assertThat(one.at("/head/repo").isObject()).isTrue());
    assertThat(graphQlHeads(graphQl)).isEqualTo(before);
    assertThat(restHeads(client.json(BASE + "/pulls?per_page=100"))).isEqualTo(heads());
    assertThat(graphQlHeads(client.query(openHeads()))).isEqualTo(heads()).isNotEqualTo(before);
  }

  @Test
  void what_changed_before_that_is_shown() throws Exception {
    world.pushProgress(5);
    simulator.clock().advance(Duration.ofSeconds(11));
    simulator.faults().next(Operation.LIST_PULLS, STALE);

    assertThat(restHeads(client.json(BASE + "/pulls"))).isEqualTo(heads());
  }

  @Test
  void a_single_pull_request_is_shown_as_it_was() throws Exception {
    PullRequest before = world.openPullRequests().getFirst();
    world.pushProgressTo(before.number());
    simulator.faults().next(Operation.READ_HEADS, STALE);
    String query =
        "{ repository(owner: \"seam-school\", name: \"progress\") { pullRequest(number: %d) {"
                .formatted(before.number())
            + " headRefOid } } }";

    JsonNode old = client.query(query);
    JsonNode present = client.query(query);

    assertThat(old.at("/data/repository/pullRequest/headRefOid").asText())
        .isEqualTo(before.head().name());
    assertThat(present.at("/data/repository/pullRequest/headRefOid").asText())
        .isNotEqualTo(before.head().name());
  }

  @Test
  void a_branch_is_shown_where_it_was_and_its_new_commit_is_found_by_its_id() throws Exception {
    String before = world.trackerHead().name();
    String now = world.foreignCommit(SyncWorld.TRACKER).name();
    simulator.faults().times(Operation.GET_REF, 1, STALE);
    simulator.faults().times(Operation.GET_BRANCH, 1, STALE);
    simulator.faults().times(Operation.READ_STATE, 1, STALE);
    String state =
        "{ repository(owner: \"seam-school\", name: \"progress\") {"
            + " ref(qualifiedName: \"refs/heads/tracker\") { target { oid } } } }";

    assertThat(client.json(BASE + "/git/ref/heads/tracker").at("/object/sha").asText())
        .isEqualTo(before);
    assertThat(client.json(BASE + "/branches/tracker").at("/commit/sha").asText())
        .isEqualTo(before);
    assertThat(client.query(state).at("/data/repository/ref/target/oid").asText())
        .isEqualTo(before);
    assertThat(client.query(state).at("/data/repository/ref/target/oid").asText()).isEqualTo(now);
    assertThat(client.json(BASE + "/git/commits/" + now).path("sha").asText()).isEqualTo(now);
  }

  @Test
  void a_file_is_shown_as_it_was_on_its_branch() throws Exception {
    world.foreignCommit(SyncWorld.TRACKER);
    simulator.faults().next(Operation.GET_CONTENTS, STALE);

    assertThat(client.get(BASE + "/contents/notes/1.md?ref=tracker").statusCode()).isEqualTo(404);
    assertThat(client.get(BASE + "/contents/notes/1.md?ref=tracker").statusCode()).isEqualTo(200);
  }

  @Test
  void a_status_is_shown_later_than_it_was_set() throws Exception {
    String head = world.trackerHead().name();
    client.send(
        client
            .request(BASE + "/statuses/" + head)
            .POST(BodyPublishers.ofString("{\"state\": \"success\"}")));
    simulator.faults().next(Operation.GET_STATUS, STALE);

    JsonNode old = client.json(BASE + "/commits/" + head + "/status");

    assertThat(old.path("statuses")).isEmpty();
    assertThat(client.json(BASE + "/commits/" + head + "/status").path("statuses")).hasSize(1);
  }

  @Test
  void an_age_is_neither_nothing_nor_more_than_is_remembered() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Fault.Stale(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fault.Stale(Duration.ofMinutes(11)))
        .withMessageContaining("10M");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> simulator.faults().next(Operation.COMMIT, STALE));
  }

  private Map<Integer, String> heads() {
    var heads = new TreeMap<Integer, String>();
    world.openPullRequests().forEach(one -> heads.put(one.number(), one.head().name()));
    return heads;
  }

  private static String openHeads() {
    return """
    { repository(owner: "seam-school", name: "progress") {
        pullRequests(states: OPEN, first: 100) { nodes { number headRefOid } } } }
    """;
  }

  private static Map<Integer, String> graphQlHeads(JsonNode answer) {
    var heads = new TreeMap<Integer, String>();
    answer
        .at("/data/repository/pullRequests/nodes")
        .forEach(one -> heads.put(one.path("number").asInt(), one.path("headRefOid").asText()));
    return heads;
  }

  private static Map<Integer, String> restHeads(JsonNode pulls) {
    var heads = new TreeMap<Integer, String>();
    pulls.forEach(one -> heads.put(one.path("number").asInt(), one.at("/head/sha").asText()));
    return heads;
  }
}
