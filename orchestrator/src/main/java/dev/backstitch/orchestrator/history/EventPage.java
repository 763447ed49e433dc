package dev.backstitch.orchestrator.history;

import java.util.List;

/// A slice of one run's history, in order.
///
/// @param lastSeq the seq to continue after: of the last event here, or what was asked for if none
/// @param more whether events follow that were already recorded when this was read
public record EventPage(List<RecordedEvent> events, int lastSeq, boolean more) {

  /// Copies the list.
  public EventPage {
    events = List.copyOf(events);
  }
}
