package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.ClosedLoop;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Backstitch as it comes: default settings, every step a `WRITE`.
public final class BackstitchEngine implements Engine {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "backstitch";
  }

  @Override
  public String settings() {
    return "default settings, every step WRITE";
  }

  @Override
  public Session open(Ground ground) {
    Grounds.migrate(ground);
    return new Working(
        Orchestrator.open(
            OrchestratorConfig.defaults(),
            Grounds.address(ground),
            List.of(new StepModule()),
            new Settings(Map.of())));
  }

  private record Working(Orchestrator orchestrator) implements Session {

    @Override
    public void perform(Work work, Latencies latencies) throws Exception {
      Payload input = Payload.ofJson(Integer.toString(work.steps()));
      ClosedLoop.perform(work, latencies, () -> complete(input));
    }

    private RunId complete(Payload input) {
      RunId id = orchestrator.start(new StartRequest(StepModule.WORKFLOW, null, input)).runId();
      Optional<RunResult> result = orchestrator.result(id, PATIENCE);
      if (result.isEmpty() || !(result.get() instanceof RunResult.Completed)) {
        throw new IllegalStateException("run " + id + " did not complete: " + result);
      }
      return id;
    }

    @Override
    public void close() {
      orchestrator.close();
    }
  }
}
