package dev.backstitch.orchestrator.workflow;

import java.util.Objects;

/// Why something failed, as stable data: what is compared, recorded and shown.
///
/// Stack traces are no part of it, because they change with every build and would break replay.
///
/// @param type a stable name to decide by, such as `not-found`; for an exception nobody translated,
///   its simple class name
/// @param message what happened, for a person; never holds a secret
public record Failure(String type, String message) {

  /// Rejects nulls, so that a recorded failure can always be shown.
  public Failure {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(message, "message");
  }

  /// The failure that stands for an exception: its own, if it carries one, otherwise its class and
  /// message.
  public static Failure of(Throwable thrown) {
    return switch (thrown) {
      case ActivityFailedException failed -> failed.failure();
      case ValueFailedException failed -> failed.failure();
      case PermanentFailureException permanent -> permanent.failure();
      case TransientFailureException passing -> passing.failure();
      case Throwable other ->
          new Failure(other.getClass().getSimpleName(), Objects.toString(other.getMessage(), ""));
    };
  }
}
