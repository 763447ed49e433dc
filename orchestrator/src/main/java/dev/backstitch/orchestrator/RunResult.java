package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Failure;

/// How a run stands when somebody asks for its result.
public sealed interface RunResult {

  /// It returned.
  record Completed(Payload result) implements RunResult {}

  /// It failed.
  record Failed(Failure failure) implements RunResult {}

  /// It was cancelled, and ended by that.
  ///
  /// @param actor who asked for it
  record Cancelled(String actor, String reason) implements RunResult {}

  /// It was ended from outside.
  ///
  /// @param actor who did it
  record Terminated(String actor, String reason) implements RunResult {}

  /// It is still open.
  record Open(RunStatus status) implements RunResult {}
}
