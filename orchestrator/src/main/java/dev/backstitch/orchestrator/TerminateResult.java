package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.run.RunStatus;

/// What became of a wish to end a run by force.
public sealed interface TerminateResult {

  /// It has ended by this.
  record Terminated() implements TerminateResult {}

  /// It had ended before.
  record AlreadyClosed(RunStatus status) implements TerminateResult {}

  /// There is no such run.
  record UnknownRun() implements TerminateResult {}
}
