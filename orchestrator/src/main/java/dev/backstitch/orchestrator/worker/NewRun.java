package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.Checkpoint;
import dev.backstitch.orchestrator.history.Event;
import java.time.Instant;

/// A run to be started.
///
/// @param event its first event
/// @param queue whose workers run it
/// @param priority 0 to 9, 9 is claimed first
public record NewRun(Event.RunStarted event, String queue, int priority) {

  /// Its row.
  ///
  /// @param here whether this worker has it in memory
  Checkpoint.Start row(boolean here, Instant now) {
    return new Checkpoint.Start(event.workflow(), event.key(), queue, priority, here, now);
  }
}
