package dev.backstitch.api.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuotasApiTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void a_wait_for_quota_shows_in_the_api_on_the_runs_page_and_among_the_quotas() {
    try (TestApp app = TestApp.start()) {
      assertThat(TestApp.json(app.get("/api/v1/quotas")).path("quotas")).isEmpty();
      assertThat(app.get("/quotas").body()).contains("No quota has been used yet");

      RunId run = app.start("frugal", null, "1000");
      awaitDeferral(app.server().orchestrator(), run);

      JsonNode quota = TestApp.json(app.get("/api/v1/quotas")).path("quotas").path(0);
      assertThat(quota.path("owner").asText()).isEqualTo("sample/octocat");
      assertThat(quota.path("remaining").asInt()).isEqualTo(1_000);
      assertThat(quota.path("reserve").asInt()).isEqualTo(1_000);
      assertThat(quota.path("bulkWaitsUntil").isNull()).isFalse();
      assertThat(app.get("/quotas").body())
          .contains("1000 of 5000")
          .contains("bulk calls wait for their turn");
      String reason = "core of sample/octocat: 1000 of 5000 left, 1000 are kept for live work";
      assertThat(app.get("/api/v1/runs/" + run + "/events").body()).contains(reason);
      assertThat(app.get("/runs/" + run).body()).contains(reason);
    }
  }

  private static void awaitDeferral(Orchestrator orchestrator, RunId run) {
    int seq = 0;
    boolean deferred = false;
    while (!deferred) {
      EventPage page = orchestrator.awaitHistory(run, seq, 100, PATIENCE);
      assertThat(page.events()).as("events before a deferral, behind %s", seq).isNotEmpty();
      deferred = page.events().stream().anyMatch(e -> e.event() instanceof Event.ActivityDeferred);
      seq = page.lastSeq();
    }
  }
}
