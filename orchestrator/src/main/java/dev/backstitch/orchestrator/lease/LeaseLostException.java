package dev.backstitch.orchestrator.lease;

import dev.backstitch.orchestrator.run.RunId;

/// This worker was taken over by others while a run was in its hands. What was acknowledged is safe
/// and goes on elsewhere; what was not may be asked for again.
public final class LeaseLostException extends RuntimeException {
  private final RunId runId;

  /// @param runId the run that was in hand
  public LeaseLostException(RunId runId) {
    super(
        "BST-LEASE-001: the worker lost its lease while run "
            + runId
            + " was in its hands; ask again");
    this.runId = runId;
  }

  /// The run that was in hand.
  public RunId runId() {
    return runId;
  }
}
