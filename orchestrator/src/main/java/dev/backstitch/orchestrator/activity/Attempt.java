package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.Call;
import java.time.Instant;

/// One attempt at one call.
///
/// @param deadline when all attempts together must be over (schedule-to-close)
/// @param waited whether it was deferred before
/// @param queue the run's queue: calls of one queue never wait for those of another
/// @param interest whether anybody still wants it
/// @param listener told what comes of it, on any thread
public record Attempt(
    ActivityContext context,
    ActivityDefinition definition,
    Call<?> call,
    Instant deadline,
    boolean waited,
    String queue,
    Interest interest,
    Listener listener) {

  Attempt with(Permit permit) {
    return new Attempt(
        context.with(permit), definition, call, deadline, waited, queue, interest, listener);
  }

  /// Who waits for an attempt. One of them is called, and once, unless the interest was lost.
  public interface Listener {

    /// The one event that came of it.
    void ended(Event event);

    /// As [#ended], told by a virtual thread that has nothing left to do and may be kept.
    void endedLast(Event event);

    /// It was not begun and will not be: this worker stops.
    void withdrawn();
  }
}
