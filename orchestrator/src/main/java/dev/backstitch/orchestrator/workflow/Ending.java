package dev.backstitch.orchestrator.workflow;

/// How a run can end.
public enum Ending {
  /// Its code returned.
  COMPLETED,
  /// Its code threw.
  FAILED,
  /// Its code ended because it was asked to.
  CANCELLED,
  /// It was ended from outside, without its code.
  TERMINATED
}
