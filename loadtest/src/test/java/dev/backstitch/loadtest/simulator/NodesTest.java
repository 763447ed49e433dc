package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is asked for by its global id.
class NodesTest {
  private static final String QUERY =
      "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on PullRequest { number headRefOid }"
          + " ... on Repository { name } ... on Commit { oid } } }";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(3));
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void nodes_come_in_the_order_of_their_ids_and_a_bad_id_is_null_with_an_error() throws Exception {
    PullRequest first = simulator.world().openPullRequests().getFirst();
    String base = "/repos/seam-school/progress";
    String pull = client.json(base + "/pulls?direction=asc").at("/0/node_id").asText();
    String repository = client.json(base).path("node_id").asText();
    String head = first.head().name();
    String commit = client.json(base + "/git/commits/" + head).path("node_id").asText();

    JsonNode answer = nodes(List.of(commit, "PR_bm90aGluZw", pull, "nonsense", repository));

    JsonNode nodes = answer.at("/data/nodes");
    assertThat(nodes.at("/0/oid").asText()).isEqualTo(head);
    assertThat(nodes.get(1).isNull()).isTrue();
    assertThat(nodes.at("/2/number").asInt()).isEqualTo(first.number());
    assertThat(nodes.at("/2/headRefOid").asText()).isEqualTo(head);
    assertThat(nodes.get(3).isNull()).isTrue();
    assertThat(nodes.at("/4/name").asText()).isEqualTo("progress");
    assertThat(nodes.at("/4/id").asText()).isEqualTo(repository);
    assertThat(answer.path("errors")).hasSize(2);
    assertThat(answer.at("/errors/0/type").asText()).isEqualTo("NOT_FOUND");
    assertThat(answer.at("/errors/0/path").toString()).isEqualTo("[\"nodes\",1]");
    assertThat(answer.at("/errors/1/message").asText()).contains("'nonsense'");
  }

  @Test
  void more_than_a_hundred_ids_are_refused() throws Exception {
    assertThat(nodes(Collections.nCopies(100, "x")).at("/data/nodes")).hasSize(100);

    JsonNode answer = nodes(Collections.nCopies(101, "x"));

    assertThat(answer.at("/errors/0/type").asText()).isEqualTo("ARGUMENT_LIMIT");
  }

  private JsonNode nodes(List<String> ids) throws Exception {
    return client.query(QUERY, Map.of("ids", ids));
  }
}
