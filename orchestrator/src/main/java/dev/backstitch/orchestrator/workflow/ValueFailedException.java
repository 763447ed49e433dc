package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.Nullable;

/// Thrown inside a workflow when the code of [RunContext#record] threw. The failure is recorded, so
/// that replay meets it too, whatever the code would do then.
public final class ValueFailedException extends RuntimeException {
  private final String name;
  private final Failure failure;

  /// @param name what the value is
  /// @param cause what was thrown; absent on replay
  public ValueFailedException(String name, Failure failure, @Nullable Throwable cause) {
    super(
        "the value " + name + " can't be had: " + failure.type() + ": " + failure.message(), cause);
    this.name = name;
    this.failure = failure;
  }

  /// What the value is.
  public String name() {
    return name;
  }

  /// Why it can't be had.
  public Failure failure() {
    return failure;
  }
}
