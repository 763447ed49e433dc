package dev.backstitch.loadtest.load.stage;

import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.Optional;

/// An engine in this process.
///
/// @param engine open
record EngineTarget(Orchestrator engine) implements Target {

  @Override
  public RunId start(StartRequest request) {
    return engine.start(request).runId();
  }

  @Override
  public void awaitCompleted(RunId run, Duration patience) throws InterruptedException {
    Optional<RunResult> result = engine.result(run, patience);
    if (Thread.interrupted()) {
      throw new InterruptedException("while waiting for run " + run);
    }
    if (result.isEmpty() || !(result.get() instanceof RunResult.Completed)) {
      throw new NotCompletedException(run, result.map(RunResult::toString).orElse("unknown"));
    }
  }

  @Override
  public void signal(RunId run, SignalRequest signal) {
    engine.signal(run, signal);
  }
}
