package dev.backstitch.orchestrator.run;

/// What became of a wish to start a run. In both cases the run is durable.
public sealed interface StartResult {

  /// The run.
  RunId runId();

  /// A new run.
  record Started(RunId runId) implements StartResult {}

  /// An open run has the same workflow and key.
  record AlreadyOpen(RunId runId) implements StartResult {}
}
