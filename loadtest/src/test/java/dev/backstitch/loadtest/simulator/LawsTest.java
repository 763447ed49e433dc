package dev.backstitch.loadtest.simulator;

import static dev.backstitch.loadtest.simulator.ApiClient.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LawsTest {
  private static final String PULLS = "/repos/seam-school/progress/pulls";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(2));
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void who_asks_on_while_a_secondary_limit_holds_breaks_a_law() throws Exception {
    simulator.faults().next(Operation.ANY, new Fault.SecondaryLimit(403, Optional.of("60")));
    client.get(PULLS);

    client.get("/user");
    assertThat(simulator.violations()).as("it may have been on its way").isEmpty();
    await()
        .until(() -> client.get("/user").statusCode() == 200 && !simulator.violations().isEmpty());

    assertBroken("is blocked until");
    simulator.clock().advance(Duration.ofMinutes(1));
    client.get("/user");
    assertThat(simulator.violations()).isEmpty();
  }

  @Test
  void who_asks_on_with_a_spent_quota_breaks_a_law_but_may_ask_for_the_rest() throws Exception {
    simulator.setRemaining(QuotaResource.GRAPHQL, 0);
    client.query("{ viewer { login } }");

    await()
        .until(() -> {
          client.get(PULLS);
          client.get("/rate_limit");
          assertThat(simulator.violations()).allMatch(one -> one.request().endsWith("/graphql"));
          client.query("{ viewer { login } }");
          return !simulator.violations().isEmpty();
        });

    assertBroken("is blocked until");
  }

  @Test
  void each_client_that_names_no_version_is_told_of_once() throws Exception {
    client.without("X-GitHub-Api-Version");

    client.get(PULLS);
    client.get(PULLS);

    assertThat(simulator.violations()).hasSize(1);
    assertBroken("test sends no X-GitHub-Api-Version");
  }

  @Test
  void who_does_not_say_who_asks_breaks_a_law_with_every_request() throws Exception {
    // The JDK's client always sends the header; an empty one is as good as none.
    client.with("User-Agent", "");

    assertThat(client.get(PULLS).statusCode()).isEqualTo(403);
    assertThat(client.get("/user").statusCode()).isEqualTo(403);

    assertThat(simulator.violations()).hasSize(2);
    assertBroken("must send a User-Agent");
  }

  @Test
  void who_takes_the_token_to_another_host_breaks_a_law() throws Exception {
    simulator.faults().times(Operation.LIST_PULLS, 2, new Fault.SentElsewhere(302));

    HttpResponse<byte[]> sent = client.get(PULLS);
    URI there = URI.create(header(sent, "Location"));
    try (var elsewhere = new ApiClient(there.resolve("/"), simulator.token())) {
      elsewhere.without("Authorization").get("");
      assertThat(simulator.violations()).isEmpty();
      elsewhere.with("Authorization", "Bearer " + simulator.token()).get("");
    }

    assertThat(sent.statusCode()).isEqualTo(302);
    assertThat(there.getPath()).isEqualTo(PULLS);
    assertThat(there.getPort()).isNotEqualTo(simulator.apiUrl().getPort());
    assertBroken("Authorization was sent to another host");
  }

  @Test
  void who_moves_a_ref_by_force_breaks_a_law_and_is_served_all_the_same() throws Exception {
    String elsewhere = simulator.world().openPullRequests().getFirst().head().name();

    HttpResponse<byte[]> answer =
        client.send(
            client
                .request("/repos/seam-school/progress/git/refs/heads/tracker")
                .method(
                    "PATCH",
                    HttpRequest.BodyPublishers.ofString(
                        "{\"sha\": \"%s\", \"force\": true}".formatted(elsewhere))));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(simulator.world().trackerHead().name()).isEqualTo(elsewhere);
    assertBroken("moved by force");
  }

  private void assertBroken(String law) {
    assertThat(simulator.takeViolations())
        .isNotEmpty()
        .allSatisfy(violation -> {
          assertThat(violation.side()).isEqualTo(Violation.Side.LAW);
          assertThat(violation.messages()).singleElement().asString().contains(law);
        });
  }
}
