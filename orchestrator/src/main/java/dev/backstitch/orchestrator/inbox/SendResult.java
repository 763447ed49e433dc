package dev.backstitch.orchestrator.inbox;

import dev.backstitch.orchestrator.run.RunStatus;

/// What became of a message that was sent.
public sealed interface SendResult {

  /// It is durable, now or since it was sent before: the run will take it, unless it ends first.
  record Accepted() implements SendResult {}

  /// The run is over.
  record Closed(RunStatus status) implements SendResult {}

  /// So many messages wait for the run already that this one was not accepted. Send it again later.
  ///
  /// @param waiting how many
  record Full(int waiting) implements SendResult {}

  /// There is no such run.
  record UnknownRun() implements SendResult {}
}
