package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.Nullable;

/// A value that the run does not have yet. Usable only by the code of the run it belongs to.
public interface Promise<T extends @Nullable Object> {

  /// Waits durably, and gives the value.
  ///
  /// @throws ActivityFailedException if it ended without a value
  T get();

  /// Waits durably, and gives the outcome as data.
  Outcome<T> outcome();

  /// Whether [#get] would return at once. Deterministic: it changes only between events.
  boolean isDone();
}
