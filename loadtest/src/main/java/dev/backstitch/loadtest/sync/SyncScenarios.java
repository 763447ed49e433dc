package dev.backstitch.loadtest.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.loadtest.simulator.Counts;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;
import java.util.function.Consumer;

/// Syncs the simulator's class through an engine, one scenario after the other.
public final class SyncScenarios {
  /// How long one sync may take before the scenario gives up on it.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int CHANGED = 10;

  private final Orchestrator orchestrator;
  private final GitHubSimulator simulator;
  private final Consumer<RunId> whenStarted;
  private final ObjectMapper json = JsonMapper.builder().build();

  /// @param orchestrator one whose GitHub module was given [#settings]
  /// @param whenStarted told about each run, to show its progress
  public SyncScenarios(
      Orchestrator orchestrator, GitHubSimulator simulator, Consumer<RunId> whenStarted) {
    this.orchestrator = orchestrator;
    this.simulator = simulator;
    this.whenStarted = whenStarted;
  }

  /// What the GitHub module has to be told to talk to the simulator.
  public static Settings settings(GitHubSimulator simulator) {
    return new Settings(SimulatorAccess.to(simulator).settings());
  }

  /// Nothing is known yet: every student's file is fetched.
  ///
  /// @throws SyncFailedException if the run fails or does not end
  public SyncReport cold() {
    return sync("cold");
  }

  /// Nothing has changed since the last sync.
  ///
  /// @throws SyncFailedException if the run fails or does not end
  public SyncReport idle() {
    return sync("idle");
  }

  /// Ten students push, then a sync.
  ///
  /// @throws SyncFailedException if the run fails or does not end
  public SyncReport tenChanged() {
    simulator.world().pushProgress(CHANGED);
    return sync("ten-changed");
  }

  private SyncReport sync(String scenario) {
    Counts before = simulator.counts();
    long begin = System.nanoTime();
    String repository = simulator.repository();
    RunId runId =
        orchestrator
            .start(
                new StartRequest(
                    "progress-sync",
                    repository,
                    Payload.ofJson("{\"repository\":\"" + repository + "\"}")))
            .runId();
    whenStarted.accept(runId);
    SyncResult result = result(runId);
    double seconds = (System.nanoTime() - begin) / 1e9;
    Counts cost = simulator.counts().since(before);
    return new SyncReport(
        scenario,
        result.students(),
        result.changed(),
        result.unchanged(),
        result.failed(),
        cost.requests(),
        cost.points(),
        cost.commits(),
        seconds,
        runId,
        result.commitOid());
  }

  private SyncResult result(RunId runId) {
    RunResult result = orchestrator.result(runId, PATIENCE).orElseThrow();
    return switch (result) {
      case RunResult.Completed completed -> read(completed.result());
      case RunResult.Failed failed ->
          throw new SyncFailedException(
              runId, failed.failure().type() + ": " + failed.failure().message());
      case RunResult.Cancelled _, RunResult.Terminated _ ->
          throw new SyncFailedException(runId, result.toString());
      case RunResult.Open open ->
          throw new SyncFailedException(
              runId, "still " + open.status() + " after " + PATIENCE.toSeconds() + " s");
    };
  }

  private SyncResult read(Payload payload) {
    try {
      return json.readValue(payload.json(), SyncResult.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a sync's result can't be read: " + e.getMessage(), e);
    }
  }
}
