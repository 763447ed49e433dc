package dev.backstitch.loadtest.post;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.GitHubModule;
import dev.backstitch.activities.check.CheckReport;
import dev.backstitch.activities.check.CheckTarget;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.post.CommitKey;
import dev.backstitch.activities.status.CommitStatus;
import dev.backstitch.activities.status.StatusTarget;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An engine whose runs post statuses and check runs to a simulated GitHub.
final class PostOffice implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Soon looks for posts, and soon asks what became of one.
  static final OrchestratorConfig SOON =
      OrchestratorConfig.defaults()
          .withDrain(Duration.ZERO)
          .withOutbox(
              OutboxConfig.defaults()
                  .withInterval(Duration.ofMillis(50))
                  .withTimes(Duration.ofSeconds(20), Duration.ofMillis(500)));

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GitHubSimulator github;
  private final TestDatabase database = TestDatabase.create();
  private final Orchestrator engine;

  /// @param credentials settings besides the address
  PostOffice(GitHubSimulator github, Map<String, String> credentials) {
    this.github = github;
    Map<String, String> settings = new HashMap<>(credentials);
    settings.put("github.api-urls", github.apiUrl().toString());
    // No answer is late on purpose here; on a busy machine one may take two seconds.
    settings.put("github.request-timeout-seconds", "8");
    this.engine =
        Orchestrator.open(
            SOON,
            new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()),
            List.of(new GitHubModule(), new Reporters(repository())),
            new Settings(settings));
  }

  Repository repository() {
    return Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository());
  }

  Orchestrator engine() {
    return engine;
  }

  TestDatabase database() {
    return database;
  }

  private record Reporters(Repository repository) implements WorkflowModule {
    @Override
    public String name() {
      return "reporters";
    }

    @Override
    public void register(Registry registry, Settings settings) {
      registry.workflow("report-statuses", () -> new ReportStatuses(repository));
      registry.workflow("report-checks", () -> new ReportChecks(repository));
    }
  }

  /// What to post under one key, one after the other.
  record Statuses(String sha, String context, List<CommitStatus> all) {}

  /// The same for check runs.
  record Checks(String sha, String name, List<CheckReport> all) {}

  record ReportStatuses(Repository repository) implements Workflow<Statuses, String> {
    @Override
    public String run(RunContext run, Statuses input) {
      String key = new CommitKey(input.sha(), input.context()).toString();
      input.all().forEach(status -> run.post(StatusTarget.target(repository), key, status));
      return key;
    }
  }

  record ReportChecks(Repository repository) implements Workflow<Checks, String> {
    @Override
    public String run(RunContext run, Checks input) {
      String key = new CommitKey(input.sha(), input.name()).toString();
      input.all().forEach(report -> run.post(CheckTarget.target(repository), key, report));
      return key;
    }
  }

  RunId status(String sha, String context, CommitStatus... all) {
    return start("report-statuses", new Statuses(sha, context, List.of(all)));
  }

  RunId check(String sha, String name, CheckReport... all) {
    return start("report-checks", new Checks(sha, name, List.of(all)));
  }

  private RunId start(String workflow, Object input) {
    try {
      return engine
          .start(new StartRequest(workflow, null, Payload.ofJson(JSON.writeValueAsString(input))))
          .runId();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /// Waits until the last post of a run has come so far.
  void awaitFate(RunId run, RunPost.Fate fate) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          List<RunPost> posts = engine.posts().ofRun(run, 100);
          return !posts.isEmpty() && posts.getLast().fate() == fate;
        });
  }

  @Override
  public void close() {
    engine.close();
    database.close();
  }
}
