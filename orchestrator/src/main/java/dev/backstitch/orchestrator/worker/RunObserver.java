package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.run.RunId;

/// Who wants to know what has become durable. Called on a lane's thread, so it must not block.
public interface RunObserver {

  /// The run has new events, and goes on.
  void recorded(RunId id);

  /// The run has left this worker's memory: parked, stuck or ended from outside.
  void left(RunId id);

  /// The run has ended and left this worker's memory.
  ///
  /// @param closing its last event
  void ended(RunId id, Event closing);
}
