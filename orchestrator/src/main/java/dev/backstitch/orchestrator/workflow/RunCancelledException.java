package dev.backstitch.orchestrator.workflow;

/// Thrown inside a workflow, wherever it waits or wants to begin something outside
/// [RunContext#shielded], once somebody has asked for the run to be cancelled.
///
/// Code that has nothing to clean up lets it pass: a run that ends by it is closed as cancelled.
public final class RunCancelledException extends RuntimeException {
  private final String actor;
  private final String reason;

  /// @param actor who asked for it
  public RunCancelledException(String actor, String reason) {
    super("cancelled by " + actor + ": " + reason);
    this.actor = actor;
    this.reason = reason;
  }

  /// Who asked for it.
  public String actor() {
    return actor;
  }

  /// Why.
  public String reason() {
    return reason;
  }
}
