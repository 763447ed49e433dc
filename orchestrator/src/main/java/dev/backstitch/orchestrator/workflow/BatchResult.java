package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.Nullable;

/// How one item of a batch ended. A failure harms only the item that caused it.
public sealed interface BatchResult<R extends @Nullable Object> {

  /// The item has its result.
  record Done<R extends @Nullable Object>(R value) implements BatchResult<R> {}

  /// The item failed, as if its own attempt had thrown this.
  record Threw<R extends @Nullable Object>(Exception exception) implements BatchResult<R> {}
}
