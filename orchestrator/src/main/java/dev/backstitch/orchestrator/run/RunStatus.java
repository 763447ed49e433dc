package dev.backstitch.orchestrator.run;

/// Where a run stands. The names are the labels of the SQL type `run_status`.
public enum RunStatus {
  /// Open: it runs, or waits for something it has asked for.
  RUNNING,
  /// Open, but its history and its code disagree; it goes on when a worker with another build loads
  /// it.
  STUCK,
  /// Closed with a result.
  COMPLETED,
  /// Closed with a failure.
  FAILED,
  /// Closed by its own code, because it was cancelled.
  CANCELLED,
  /// Closed from outside, whatever its code was doing.
  TERMINATED;

  /// Whether nothing more can happen to it.
  public boolean isClosed() {
    return switch (this) {
      case RUNNING, STUCK -> false;
      case COMPLETED, FAILED, CANCELLED, TERMINATED -> true;
    };
  }
}
