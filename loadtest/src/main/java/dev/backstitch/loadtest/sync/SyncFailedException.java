package dev.backstitch.loadtest.sync;

import dev.backstitch.orchestrator.run.RunId;

/// A sync of a scenario did not complete.
public final class SyncFailedException extends RuntimeException {

  /// @param reason what happened instead
  public SyncFailedException(RunId runId, String reason) {
    super("the sync " + runId + " did not complete: " + reason);
  }
}
