package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokenContractTest {

  @Test
  void a_body_that_is_no_json_is_answered_as_github_does_and_recorded() throws Exception {
    try (var simulator = GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
        var client = new ApiClient(simulator)) {
      String head = simulator.world().trackerHead().name();

      HttpResponse<byte[]> answer =
          client.send(
              client
                  .request("/repos/seam-school/progress/statuses/" + head)
                  .POST(HttpRequest.BodyPublishers.ofString("{\"state\": ")));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(ApiClient.text(answer)).contains("Problems parsing JSON");
      assertThat(simulator.takeViolations()).hasSize(1);
    }
  }

  @Test
  void what_is_not_served_says_whose_fault_it_is() throws Exception {
    try (var simulator = GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
        var client = new ApiClient(simulator)) {

      HttpResponse<byte[]> answer = client.get("/repos/seam-school/progress/issues");

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(ApiClient.text(answer)).contains("docs/simulator.md");
    }
  }

  @Test
  void a_rest_request_that_github_would_not_take_fails_at_once_and_is_recorded() throws Exception {
    try (var simulator = GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
        var client = new ApiClient(simulator)) {

      HttpResponse<byte[]> answer = client.get("/repos/seam-school/progress/pulls?state=opened");

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(ApiClient.text(answer)).contains("not allowed by GitHub's description", "opened");
      assertThat(simulator.takeViolations())
          .singleElement()
          .satisfies(violation -> {
            assertThat(violation.side()).isEqualTo(Violation.Side.CLIENT);
            assertThat(violation.request()).contains("state=opened");
          });
    }
  }

  @Test
  void a_request_that_something_refuses_or_strikes_is_checked_all_the_same() throws Exception {
    try (var simulator = GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
        var client = new ApiClient(simulator);
        var nobody = new ApiClient(simulator.apiUrl(), "wrong")) {
      String wrong = "/repos/seam-school/progress/pulls?state=opened";

      assertThat(nobody.get(wrong).statusCode()).isEqualTo(401);
      assertRecorded(simulator, "opened");
      simulator.faults().next(Operation.LIST_PULLS, new Fault.Status(502));
      assertThat(client.get(wrong).statusCode()).isEqualTo(502);
      assertRecorded(simulator, "opened");
      simulator.faults().next(Operation.GRAPHQL, new Fault.Status(502));
      assertThat(client.post("{ viewer { age } }", Map.of()).statusCode()).isEqualTo(502);
      assertRecorded(simulator, "age");
      simulator.faults().next(Operation.GRAPHQL, new Fault.Status(502));
      String node =
          "query($count: Int!) { repository(owner: \"a\", name: \"b\") {"
              + " pullRequests(first: $count) { nodes { number } } } }";
      assertThat(client.post(node, Map.of("count", "many")).statusCode()).isEqualTo(502);
      assertRecorded(simulator, "count");
      simulator.setRemaining(QuotaResource.CORE, 0);
      assertThat(client.get(wrong).statusCode()).isEqualTo(403);
      assertRecorded(simulator, "opened");
    }
  }

  private static void assertRecorded(GitHubSimulator simulator, String what) {
    assertThat(simulator.takeViolations())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.side()).isEqualTo(Violation.Side.CLIENT);
          assertThat(violation.messages()).singleElement().asString().contains(what);
        });
  }

  @Test
  void an_address_that_cannot_be_decoded_is_the_clients_fault() throws Exception {
    try (var simulator = GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
        var socket = new Socket(simulator.apiUrl().getHost(), simulator.apiUrl().getPort())) {
      String request = "GET /repos/a/%zz HTTP/1.1\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 400");
      assertThat(simulator.takeViolations())
          .singleElement()
          .satisfies(one -> assertThat(one.side()).isEqualTo(Violation.Side.CLIENT));
    }
  }
}
