package dev.backstitch.loadtest.load.stage;

import dev.backstitch.orchestrator.run.RunId;

/// A run of the load did not complete.
public final class NotCompletedException extends RuntimeException {

  /// @param instead how it stands or ended
  public NotCompletedException(RunId run, String instead) {
    super("run " + run + " did not complete: " + instead);
  }
}
