package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import java.util.List;

/// What can come into a loaded run's mailbox.
sealed interface Fact {

  /// The run begins.
  record Begun(NewRun run) implements Fact {}

  /// The run was claimed with this history.
  record Claimed(List<RecordedEvent> history) implements Fact {
    public Claimed {
      history = List.copyOf(history);
    }
  }

  /// Messages were found in the inbox, in their order.
  record Messages(List<WaitingMessage> messages) implements Fact {
    public Messages {
      messages = List.copyOf(messages);
    }
  }

  /// An attempt at a command has ended, or is about to begin.
  record Attempted(int ordinal, Event event) implements Fact {}

  /// An attempt was not begun, and will not be by this worker.
  record Withdrawn(int ordinal) implements Fact {}

  /// An attempt's waiting time is over.
  record RetryDue(int ordinal) implements Fact {}

  /// A timer's time has come.
  record TimerDue(int ordinal) implements Fact {}

  /// The run should leave memory if it only waits.
  record ParkIfIdle() implements Fact {}

  /// The run should go to another worker: it starts nothing more, and leaves when what is on its
  /// way has ended.
  record HandOver() implements Fact {}

  /// The run must leave memory: the worker stops. What runs is given up.
  record ParkNow() implements Fact {}

  /// The server refuses the run's rows.
  record Refused(String problem) implements Fact {}
}
