package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.api.command.ApiClient;
import dev.backstitch.api.server.Server;
import dev.backstitch.loadtest.credentials.KeyFile;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookDelivery;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.migrations.testkit.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Deliveries that never arrived are found in GitHub's log and come in after all.
final class WebhookSweepTest {
  private static final String SECRET = "the-secret-of-this-test";
  private static final HookTrouble ALL_LOST = new HookTrouble(1, 0, 0, Duration.ZERO, 1);

  private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED");

  /// More than a page of the log.
  private static final int PUSHES = 101;

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
    database.close();
    github.close();
  }

  @Test
  void what_github_could_not_deliver_arrives_by_a_sweep() {
    try (Server server = server(Map.of("github.token", github.token()));
        ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      Hook hook = github.addHook(address(server), SECRET, ALL_LOST);

      sweep(api, hook, json.createObjectNode().put("hook", hook.id()));
    }
  }

  @Test
  void what_an_app_was_not_told_arrives_by_a_sweep_of_its_own_log() {
    KeyFile key = KeyFile.in(home);
    Apps.App app = github.apps().register(4711, "stitcher", key.publicKey());
    github.apps().install(app, "seam-school");
    Map<String, String> settings =
        Map.of("github.app-id", "4711", "github.app-private-key-file", key.path().toString());
    try (Server server = server(settings);
        ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      Hook hook = github.addAppHook(app, address(server), SECRET, ALL_LOST);

      sweep(api, hook, json.createObjectNode().put("app", true));

      assertThat(github.counts().of(Operation.LIST_APP_DELIVERIES))
          .as("two pages, one refused for its time, two pages, and three with what was sent again")
          .isEqualTo(8);
      assertThat(github.counts().of(Operation.LIST_DELIVERIES)).isZero();
      assertThat(api.get("/api/v1/quotas").toString())
          .as("the App's own quota is a row beside its installation's")
          .contains("/app:4711\"")
          .contains("/app:4711/seam-school\"");
    }
  }

  @Test
  void a_server_that_is_no_app_is_told_so_before_it_asks() {
    try (Server server = server(Map.of("github.token", github.token()));
        ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      api.put("/api/v1/syncs/sweep", config(json.createObjectNode().put("app", true)));

      JsonNode failed = ended(api, "sweep");

      assertThat(failed.path("status").asText()).isEqualTo("FAILED");
      assertThat(failed.toString()).contains("not-an-app", "sweep.hook");
      assertThat(github.counts().requests()).isZero();
    }
  }

  /// Has all pushes lost, and looks for them: at once, later, and once more.
  private void sweep(ApiClient api, Hook hook, ObjectNode which) {
    ObjectNode config = json.createObjectNode().put("webhook", true);
    config.putArray("repositories").add(github.repository());
    api.put("/api/v1/syncs/class", config);
    result(api, "class");
    for (int i = 0; i < PUSHES; i++) {
      github.world().pushProgress(1);
    }
    assertThat(hook.deliveries()).hasSize(PUSHES).noneMatch(one -> one.status().equals("OK"));
    api.put("/api/v1/syncs/sweep", config(which));

    JsonNode early = result(api, "sweep");
    assertThat(early.path("missed").asInt()).isEqualTo(PUSHES);
    assertThat(early.path("redelivered").asInt())
        .as("an attempt is left alone for a minute: another may be on its way")
        .isZero();

    github.clock().skew(Duration.ofMinutes(-5));
    JsonNode late = result(api, "sweep");

    assertThat(late.path("redelivered").asInt()).isEqualTo(PUSHES);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> hook.deliveries().size() == 2 * PUSHES);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> github.world().trackerDifferences().isEmpty());
    JsonNode after = result(api, "sweep");
    assertThat(after.path("missed").asInt()).isZero();
    assertThat(after.path("attempts").asInt()).isEqualTo(2 * PUSHES);
    assertThat(hook.deliveries().stream().map(HookDelivery::guid).distinct()).hasSize(PUSHES);
  }

  private ObjectNode config(ObjectNode sweep) {
    ObjectNode config = json.createObjectNode();
    config.putArray("repositories").add(github.repository());
    config.set("sweep", sweep);
    return config;
  }

  private static URI address(Server server) {
    return server.address().resolve("/api/v1/webhooks/github");
  }

  private JsonNode result(ApiClient api, String sync) {
    JsonNode result = ended(api, sync);
    assertThat(result.path("status").asText()).as(result.toString()).isEqualTo("COMPLETED");
    return result.path("result");
  }

  private JsonNode ended(ApiClient api, String sync) {
    JsonNode asked = api.post("/api/v1/syncs/" + sync + "/runs", json.createObjectNode());
    String run = asked.at("/runs/0/runId").asText();
    return Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(
            () -> api.get("/api/v1/runs/" + run + "/result?wait=10s"),
            result -> ENDED.contains(result.path("status").asText()));
  }

  private Server server(Map<String, String> account) {
    Map<String, String> settings = new HashMap<>(account);
    settings.put("webhooks.secret", SECRET);
    settings.put("webhooks.gather-seconds", "0");
    return SyncServer.start(home, database, github, settings);
  }
}
