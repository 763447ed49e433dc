package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.Nullable;

/// How one command ended: with a value, with a failure, or without anybody knowing.
public sealed interface Outcome<T extends @Nullable Object> {

  /// The activity returned this value.
  record Success<T extends @Nullable Object>(T value) implements Outcome<T> {}

  /// Every permitted attempt failed, or one failed in a way that forbids another.
  record Failed<T extends @Nullable Object>(Failure failure) implements Outcome<T> {}

  /// A [Effect#ONCE] activity had started when its process died. It may or may not have happened;
  /// it is not tried again, and the workflow decides.
  record Unknown<T extends @Nullable Object>() implements Outcome<T> {}
}
