package dev.backstitch.activities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.pulls.FetchFile;
import dev.backstitch.activities.pulls.ListHeads;
import dev.backstitch.activities.sync.DirectRun;
import dev.backstitch.activities.sync.ProgressSync;
import dev.backstitch.activities.sync.SyncRequest;
import dev.backstitch.activities.tracker.CommitChanges;
import dev.backstitch.activities.tracker.CommitPart;
import dev.backstitch.activities.tracker.ReadTracker;
import dev.backstitch.orchestrator.workflow.ActivityFailedException;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitHubModuleTest {

  @Test
  void the_service_loader_finds_it() {
    assertThat(ServiceLoader.load(WorkflowModule.class))
        .anyMatch(module -> module instanceof GitHubModule && module.name().equals("github"));
  }

  @Test
  void reading_may_be_repeated_and_writing_may_not_be_taken_for_reading() {
    DirectRun registry = new DirectRun();

    new GitHubModule().register(registry, new Settings(Map.of()));

    assertThat(registry.workflows()).containsExactly("progress-sync", "webhook-sweep");
    assertThat(List.of(ReadTracker.class, ListHeads.class, FetchFile.class))
        .allMatch(call -> registry.optionsOf(call).effect() == Effect.READ);
    assertThat(List.of(CommitChanges.class, CommitPart.class))
        .allMatch(call -> registry.optionsOf(call).effect() == Effect.WRITE);
    assertThat(registry.optionsOf(FetchFile.class).inFlight()).isEqualTo(2);
  }

  @Test
  void without_a_token_the_first_call_says_what_to_set() {
    try (ScriptedServer github = ScriptedServer.start()) {
      DirectRun run = new DirectRun();
      new GitHubModule()
          .register(run, new Settings(Map.of("github.api-urls", github.api().toString())));

      assertThatThrownBy(
              () -> new ProgressSync(List.of(github.api())).run(run, SyncRequest.of("o/r")))
          .isInstanceOfSatisfying(
              ActivityFailedException.class,
              failed -> {
                assertThat(failed.failure().type()).isEqualTo("missing-token");
                assertThat(failed.failure().message()).contains("GITHUB_TOKEN");
              });
      assertThat(github.seen()).isEmpty();
    }
  }

  @Test
  void every_answer_shows_in_the_ledger() {
    try (ScriptedServer github = ScriptedServer.start()) {
      github.answers((request, reply) ->
          reply
              .with("x-ratelimit-limit", "5000")
              .with("x-ratelimit-remaining", "4321")
              .with("x-ratelimit-reset", "4102444800")
              .with("x-ratelimit-resource", "graphql")
              .json(404, "{}"));
      DirectRun run = new DirectRun();
      GitHubModule module = new GitHubModule();
      module.register(
          run,
          new Settings(
              Map.of("github.api-urls", github.api().toString(), "github.token", "secret")));

      assertThatThrownBy(
              () -> new ProgressSync(List.of(github.api())).run(run, SyncRequest.of("o/r")))
          .isInstanceOf(ActivityFailedException.class)
          .hasMessageNotContaining("secret");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "github.api-urls, http://github.example.edu, github.api-urls",
    "github.api-urls, ',', github.api-urls",
    "github.token, 'two words', GITHUB_TOKEN",
    "github.user-agent, 'bäckstitch', github.user-agent",
    "github.request-timeout-seconds, 0, github.request-timeout-seconds must be 1 to 300",
    "github.app-id, 4711, BST-APP-007",
    "github.app-private-key-file, key.pem, BST-APP-007",
    "github.actions-repository, progress, github.actions-repository must be OWNER/NAME",
    "github.request-timeout-seconds, soon, github.request-timeout-seconds must be 1 to 300",
  })
  void a_wrong_setting_stops_the_start_with_its_name(String name, String value, String message) {
    assertThatThrownBy(
            () -> new GitHubModule().register(new DirectRun(), new Settings(Map.of(name, value))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void an_app_beside_a_token_and_one_whose_key_is_absent_stop_the_start() {
    Map<String, String> app =
        Map.of("github.app-id", "4711", "github.app-private-key-file", "/nowhere/key.pem");
    Map<String, String> both = new HashMap<>(app);
    both.put("github.token", "ghp_secret");

    assertThatThrownBy(() -> new GitHubModule().register(new DirectRun(), new Settings(app)))
        .hasMessageContaining("BST-APP-001");
    assertThatThrownBy(() -> new GitHubModule().register(new DirectRun(), new Settings(both)))
        .hasMessageContaining("BST-APP-008")
        .hasMessageNotContaining("ghp_secret");
  }
}
