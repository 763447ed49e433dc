package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.GitHubModule;
import dev.backstitch.api.command.ApiClient;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookDelivery;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Deliveries that never arrived are found in GitHub's log and come in after all.
final class WebhookSweepTest {
  private static final String SECRET = "the-secret-of-this-test";
  private static final int PUSHES = 60;

  private final ObjectMapper json = new ObjectMapper();
  private final TestDatabase database = TestDatabase.create();
  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(30));

  @TempDir private Path home;

  @BeforeEach
  void begin() {
    GitHubSimulator.loadContract();
  }

  @AfterEach
  void stop() {
    github.close();
    database.close();
  }

  @Test
  void what_github_could_not_deliver_arrives_by_a_sweep() {
    try (Server server = server();
        ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      ObjectNode config = json.createObjectNode();
      config.putArray("repositories").add(github.repository());
      api.put("/api/v1/syncs/class", config.deepCopy().put("webhook", true));
      result(api, api.post("/api/v1/syncs/class/runs", json.createObjectNode()));
      HookTrouble trouble = new HookTrouble(1, 0, 0, Duration.ZERO, 1);
      Hook hook =
          github.addHook(server.address().resolve("/api/v1/webhooks/github"), SECRET, trouble);
      for (int i = 0; i < PUSHES; i++) {
        github.world().pushProgress(1);
      }
      assertThat(hook.deliveries()).hasSize(PUSHES).noneMatch(one -> one.status().equals("OK"));
      config.putObject("sweep").put("hook", hook.id());
      api.put("/api/v1/syncs/sweep", config);

      JsonNode early = result(api, api.post("/api/v1/syncs/sweep/runs", json.createObjectNode()));
      assertThat(early.path("missed").asInt()).isEqualTo(PUSHES);
      assertThat(early.path("redelivered").asInt())
          .as("an attempt is left alone for a minute: another may be on its way")
          .isZero();

      github.clock().skew(Duration.ofMinutes(-5));
      JsonNode late = result(api, api.post("/api/v1/syncs/sweep/runs", json.createObjectNode()));

      assertThat(late.path("redelivered").asInt()).isEqualTo(PUSHES);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> github.world().trackerDifferences().isEmpty());
      JsonNode after = result(api, api.post("/api/v1/syncs/sweep/runs", json.createObjectNode()));
      assertThat(after.path("missed").asInt()).isZero();
      assertThat(after.path("attempts").asInt()).isEqualTo(2 * PUSHES);
      assertThat(hook.deliveries().stream().map(HookDelivery::guid).distinct()).hasSize(PUSHES);
      assertThat(github.violations()).isEmpty();
    }
  }

  private static JsonNode result(ApiClient api, JsonNode asked) {
    String run = asked.at("/runs/0/runId").asText();
    JsonNode result = api.get("/api/v1/runs/" + run + "/result?wait=45s");
    assertThat(result.path("status").asText()).as(result.toString()).isEqualTo("COMPLETED");
    return result.path("result");
  }

  private Server server() {
    return Server.start(
        ServerConfig.in(home)
            .withAddress("127.0.0.1", 0)
            .withDatabase(
                new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()))
            .withEngine(OrchestratorConfig.defaults().withDrain(Duration.ZERO)),
        List.of(new GitHubModule()),
        new Settings(
            Map.of(
                "github.token",
                github.token(),
                "github.api-urls",
                github.apiUrl().toString(),
                "webhooks.secret",
                SECRET,
                "webhooks.gather-seconds",
                "0")));
  }
}
