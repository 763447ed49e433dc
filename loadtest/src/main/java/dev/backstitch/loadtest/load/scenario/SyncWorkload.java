package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Operation;
import dev.backstitch.loadtest.load.stage.Target;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.sync.SimulatorAccess;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import java.time.Duration;
import java.util.Map;

/// Syncs of a simulated GitHub class, with the latencies of the real one. Before each, ten students
/// push. The first sync, which knows nothing yet, is part of the preparation.
final class SyncWorkload implements Workload {
  private static final int CHANGED = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final GitHubSimulator simulator = GitHubSimulator.start(SimulatorConfig.likeGitHub());

  @Override
  public Map<String, String> settings() {
    return SimulatorAccess.to(simulator).settings();
  }

  @Override
  public Operation prepare(Target target, long operations) throws InterruptedException {
    String repository = simulator.repository();
    StartRequest request =
        new StartRequest(
            "progress-sync", repository, Payload.ofJson("{\"repository\":\"" + repository + "\"}"));
    target.awaitCompleted(target.start(request), PATIENCE);
    return _ -> {
      simulator.world().pushProgress(CHANGED);
      target.awaitCompleted(target.start(request), PATIENCE);
    };
  }

  @Override
  public int steps() {
    return 1;
  }

  /// The preparation is the warm-up.
  @Override
  public long mostWarmUps() {
    return 0;
  }

  @Override
  public String latencyFrom() {
    return "from the wish for a sync of 185 students, ten of them changed, to its end as the client"
        + " learns it; calls to the simulated GitHub take 120 and 350 ms each";
  }

  @Override
  public void close() {
    simulator.close();
  }
}
