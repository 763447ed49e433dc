package dev.backstitch.loadtest.load.stage;

import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;

/// An engine as its clients see it. Safe for any thread.
public interface Target {

  /// Starts a run. When this returns, it is durable.
  RunId start(StartRequest request) throws InterruptedException;

  /// Waits until a run has completed.
  ///
  /// @throws NotCompletedException if it ended otherwise, or is still open after that time
  void awaitCompleted(RunId run, Duration patience) throws InterruptedException;

  /// Sends a signal. When this returns, it is durable.
  void signal(RunId run, SignalRequest signal) throws InterruptedException;
}
