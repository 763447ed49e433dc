package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.history.Event;
import java.util.HashSet;
import java.util.Set;

/// Which messages a loaded run has had, as a fold over its events.
///
/// Belongs to the run's turn.
final class ReceivedMessages {
  private final Set<String> signalIds = new HashSet<>();
  private boolean cancelled;

  /// Takes one event into account.
  void apply(Event event) {
    switch (event) {
      case Event.SignalReceived signal -> signalIds.add(signal.id());
      case Event.CancelRequested _ -> cancelled = true;
      case Event.Lifecycle _, Event.CommandEvent _, Event.OutcomeEvent _, Event.AttemptEvent _ -> {}
    }
  }

  /// Whether it is a double of one that the history has. A second cancel is one, whoever sent it.
  boolean hasHad(Event.MessageEvent message) {
    return switch (message) {
      case Event.SignalReceived signal -> signalIds.contains(signal.id());
      case Event.CancelRequested _ -> cancelled;
    };
  }
}
