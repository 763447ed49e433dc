package dev.backstitch.loadtest.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.contract.Violation;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class BrokenContractTest {

  @Test
  void a_rest_request_that_github_would_not_take_fails_at_once_and_is_recorded() throws Exception {
    try (var simulator = GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
        var client = new ApiClient(simulator)) {

      HttpResponse<byte[]> answer = client.get("/repos/seam-school/progress/pulls?state=opened");

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(ApiClient.text(answer)).contains("not allowed by GitHub's description", "opened");
      assertThat(simulator.violations())
          .singleElement()
          .satisfies(violation -> {
            assertThat(violation.side()).isEqualTo(Violation.Side.CLIENT);
            assertThat(violation.request()).contains("state=opened");
          });
    }
  }
}
