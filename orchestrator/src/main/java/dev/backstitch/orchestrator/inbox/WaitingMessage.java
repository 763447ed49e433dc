package dev.backstitch.orchestrator.inbox;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;

/// A message as it waits in the inbox.
///
/// @param messageId its place among the messages of its run, which are numbered in order
/// @param type the label of the SQL type `event_type`
/// @param payload the event that it will be, as JSON
/// @param status where its run stands
public record WaitingMessage(
    RunId runId, long messageId, String type, Payload payload, RunStatus status) {

  /// The event that the run records when it takes the message.
  ///
  /// @throws IllegalStateException if this build does not know such messages
  public Event.MessageEvent event() {
    if (EventCodec.decode(type, payload) instanceof Event.MessageEvent event) {
      return event;
    }
    throw new IllegalStateException(type + " is no message");
  }
}
