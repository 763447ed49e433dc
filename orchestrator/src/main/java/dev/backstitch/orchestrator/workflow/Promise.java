package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.Nullable;

/// A value that the run does not have yet. Usable only by the code of the run it belongs to.
public interface Promise<T extends @Nullable Object> {

  /// Waits durably, and gives the value.
  ///
  /// @throws ActivityFailedException if it ended without a value
  /// @throws RunCancelledException if the run is cancelled while this waits
  T get();

  /// Waits durably, and gives the outcome as data.
  ///
  /// @throws RunCancelledException if the run is cancelled while this waits
  Outcome<T> outcome();

  /// Whether [#get] would return at once. Deterministic: it changes only between events.
  boolean isDone();
}
