package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.api.command.ApiClient;
import dev.backstitch.api.server.Server;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A student who pushes, and a person who asks for a sync, while the whole class waits for quota.
final class LiveBesideBulkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String RUNS = "/api/v1/syncs/class/runs";
  private static final String SECRET = "the-secret-of-this-test";

  /// Below what bulk work leaves to live work, and far above what that may use.
  private static final int REMAINING = 600;

  private final ObjectMapper json = new ObjectMapper();
  private final TestDatabase database = TestDatabase.create();
  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(30));

  @TempDir private Path home;

  @AfterEach
  void stop() {
    database.close();
    github.close();
  }

  @Test
  void a_webhook_is_synced_beside_a_bulk_sync_that_waits_for_quota_and_goes_on_waiting() {
    try (Server server = server();
        ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      ObjectNode config = json.createObjectNode().put("webhook", true);
      config.putArray("repositories").add(github.repository());
      api.put("/api/v1/syncs/class", config);
      github.addHook(server.address().resolve("/api/v1/webhooks/github"), SECRET, HookTrouble.NONE);
      github.setRemaining(QuotaResource.GRAPHQL, REMAINING);
      RunId bulk = startInBulk(server);
      await(() ->
          history(server, bulk).stream()
              .anyMatch(event -> event.event() instanceof Event.ActivityDeferred));
      int waitsSince = history(server, bulk).getLast().seq();

      int pushed = github.world().pushProgress(1).getFirst();

      await(() -> github.world().trackerFiles().containsKey(fileOf(pushed)));
      assertThat(server.orchestrator().result(bulk, Duration.ZERO))
          .get()
          .isInstanceOf(RunResult.Open.class);
      assertThat(history(server, bulk).getLast().seq()).isEqualTo(waitsSince);
      assertThat(github.world().trackerFiles().keySet())
          .as("of all students, only the one who pushed")
          .filteredOn(path -> path.startsWith("students/"))
          .hasSize(1);
    }
  }

  @Test
  void a_person_is_synced_for_beside_a_scheduled_sync_that_waits_for_quota_and_goes_on_waiting() {
    try (Server server = server();
        ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      github.setRemaining(QuotaResource.GRAPHQL, REMAINING);
      ObjectNode config = json.createObjectNode();
      config.putArray("repositories").add(github.repository());
      config.putObject("schedule").put("every", "1s");
      api.put("/api/v1/syncs/class", config);
      await(() -> !api.get(RUNS).path("runs").isEmpty());
      RunId scheduled = RunId.parse(api.get(RUNS).at("/runs/0/runId").asText());
      await(() ->
          history(server, scheduled).stream()
              .anyMatch(event -> event.event() instanceof Event.ActivityDeferred));
      int waitsSince = history(server, scheduled).getLast().seq();
      github.world().pushProgress(1);

      JsonNode asked = api.post(RUNS, json.createObjectNode()).at("/runs/0");

      assertThat(asked.path("started").asBoolean()).isTrue();
      assertThat(server.orchestrator().result(RunId.parse(asked.path("runId").asText()), PATIENCE))
          .get()
          .isInstanceOf(RunResult.Completed.class);
      assertThat(github.world().trackerDifferences()).isEmpty();
      assertThat(server.orchestrator().result(scheduled, Duration.ZERO))
          .get()
          .isInstanceOf(RunResult.Open.class);
      assertThat(history(server, scheduled).getLast().seq()).isEqualTo(waitsSince);
    }
  }

  private RunId startInBulk(Server server) {
    String input = "{\"repository\": \"" + github.repository() + "\", \"lane\": \"bulk\"}";
    return server
        .orchestrator()
        .start(new StartRequest("progress-sync", null, Payload.ofJson(input)))
        .runId();
  }

  private String fileOf(int number) {
    long author =
        github.world().forge().pullRequest(number).orElseThrow().author().orElseThrow().id();
    return "students/" + author + ".json";
  }

  private static List<RecordedEvent> history(Server server, RunId run) {
    return server.orchestrator().history(run, 0, 1_000).events();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).until(condition);
  }

  private Server server() {
    return SyncServer.start(
        home,
        database,
        github,
        Map.of(
            "github.token",
            github.token(),
            "webhooks.secret",
            SECRET,
            "webhooks.gather-seconds",
            "0"));
  }
}
