package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.Checkpoint;
import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the next checkpoint of a loaded run will hold.
///
/// Belongs to the run's turn.
final class Draft {
  private final RunId id;
  private Checkpoint.@Nullable Start start;
  private List<RecordedEvent> events = new ArrayList<>();
  private List<Long> taken = new ArrayList<>();
  private RunChange change = new RunChange.None();

  Draft(RunId id) {
    this.id = id;
  }

  void start(Checkpoint.Start newStart) {
    start = newStart;
  }

  void add(RecordedEvent event) {
    events.add(event);
  }

  /// The message is in the events, or was there before: it is removed from the inbox.
  void take(long messageId) {
    taken.add(messageId);
  }

  void change(RunChange newChange) {
    change = newChange;
  }

  boolean hasStart() {
    return start != null;
  }

  /// The event that closes the run, if that is in this draft.
  @Nullable Event closing() {
    return change instanceof RunChange.Closed ? events.getLast().event() : null;
  }

  boolean isEmpty() {
    return events.isEmpty() && taken.isEmpty() && change instanceof RunChange.None;
  }

  /// Forgets what the run has learned since its last checkpoint.
  void forgetFacts() {
    events = new ArrayList<>();
    taken = new ArrayList<>();
    change = new RunChange.None();
  }

  /// Makes the checkpoint, and begins a new draft.
  Checkpoint finish(Checkpoint.Listener listener) {
    Checkpoint checkpoint = new Checkpoint(id, start, events, taken, change, listener);
    start = null;
    forgetFacts();
    return checkpoint;
  }
}
