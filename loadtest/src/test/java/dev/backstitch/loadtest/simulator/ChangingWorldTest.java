package dev.backstitch.loadtest.simulator;

import static dev.backstitch.loadtest.simulator.ApiClient.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Repository;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Renamed repositories, and commits that are told of before they can be read.
class ChangingWorldTest {

  private static final String FORMER = "/repos/seam-school/progress";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(5));
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void rest_redirects_from_a_former_name_to_the_id_with_path_and_query() throws Exception {
    simulator.world().renameRepository("renamed");

    HttpResponse<byte[]> answer = client.get(FORMER + "/pulls?per_page=2&state=open");

    assertThat(answer.statusCode()).isEqualTo(301);
    String location = header(answer, "Location");
    assertThat(location)
        .matches(".*/repositories/[0-9]+/pulls\\?per_page=2&state=open")
        .startsWith(simulator.apiUrl().toString());
    String path = location.substring(simulator.apiUrl().toString().length());
    assertThat(client.json(path)).hasSize(2);
    assertThat(client.json("/repos/seam-school/renamed").path("name").asText())
        .isEqualTo("renamed");
  }

  @Test
  void a_write_by_a_former_name_keeps_its_method() throws Exception {
    simulator.world().renameRepository("renamed");

    HttpResponse<byte[]> answer =
        client.send(
            client
                .request(FORMER + "/statuses/" + simulator.world().trackerHead().name())
                .POST(HttpRequest.BodyPublishers.ofString("{\"state\": \"success\"}")));

    assertThat(answer.statusCode()).isEqualTo(307);
    assertThat(URI.create(header(answer, "Location")).getPath()).contains("/statuses/");
  }

  @Test
  void graphql_finds_a_former_name_and_says_the_present_one() throws Exception {
    simulator.world().renameRepository("renamed");

    JsonNode answer =
        client.query(
            "{ repository(owner: \"seam-school\", name: \"progress\") { nameWithOwner } }");

    assertThat(answer.at("/data/repository/nameWithOwner").asText())
        .isEqualTo("seam-school/renamed");
  }

  @Test
  void a_push_is_listed_at_once_and_can_be_read_later_in_the_base_than_in_the_fork()
      throws Exception {
    simulator.world().showPushesLater(Duration.ofSeconds(10), false);
    PullRequest pushed = push();

    assertThat(client.json(FORMER + "/pulls?per_page=100"))
        .anySatisfy(
            one -> assertThat(one.at("/head/sha").asText()).isEqualTo(pushed.head().name()));
    assertThat(graphQlShows(pushed)).isFalse();
    assertThat(contents(FORMER, pushed)).isEqualTo(404);
    assertThat(contents(fork(pushed), pushed)).isEqualTo(200);

    simulator.clock().advance(Duration.ofSeconds(10));

    assertThat(graphQlShows(pushed)).isTrue();
    assertThat(contents(FORMER, pushed)).isEqualTo(200);
  }

  @Test
  void a_push_can_be_unreadable_in_its_fork_as_well() throws Exception {
    simulator.world().showPushesLater(Duration.ofSeconds(10), true);
    PullRequest pushed = push();

    assertThat(contents(fork(pushed), pushed)).isEqualTo(404);

    simulator.clock().advance(Duration.ofSeconds(10));

    assertThat(contents(fork(pushed), pushed)).isEqualTo(200);
  }

  private PullRequest push() {
    int number = simulator.world().pushProgress(1).getFirst();
    return simulator.world().forge().pullRequest(number).orElseThrow();
  }

  private static String fork(PullRequest pullRequest) {
    return "/repos/" + pullRequest.headRepository().map(Repository::nameWithOwner).orElseThrow();
  }

  private int contents(String repository, PullRequest pullRequest) throws Exception {
    return client
        .get(repository + "/contents/progress.json?ref=" + pullRequest.head().name())
        .statusCode();
  }

  private boolean graphQlShows(PullRequest pullRequest) throws Exception {
    JsonNode answer =
        client.query(
            """
            query($oid: GitObjectID!) {
              repository(owner: "seam-school", name: "progress") { object(oid: $oid) { oid } }
            }
            """,
            Map.of("oid", pullRequest.head().name()));
    return answer.at("/data/repository/object").isObject();
  }
}
