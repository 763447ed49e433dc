package dev.backstitch.orchestrator.workflow;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Thrown by an activity whose failure may pass: it costs an attempt and is retried by the policy.
///
/// Any other exception is retried too; this one gives the failure a stable type, and may carry the
/// delay that a server asked for, which then replaces the policy's backoff when it is longer.
public final class TransientFailureException extends RuntimeException {
  private final String type;
  private final @Nullable Duration retryAfter;

  /// @param type a stable name, such as `bad-gateway`
  /// @param message what happened; never holds a secret
  public TransientFailureException(String type, String message) {
    super(message);
    this.type = type;
    this.retryAfter = null;
  }

  /// As above, keeping what caused it for the log.
  public TransientFailureException(String type, String message, Throwable cause) {
    super(message, cause);
    this.type = type;
    this.retryAfter = null;
  }

  /// As above, with the server's own retry delay.
  public TransientFailureException(String type, String message, Duration retryAfter) {
    super(message);
    this.type = type;
    this.retryAfter = retryAfter;
  }

  /// What is recorded.
  public Failure failure() {
    return new Failure(type, String.valueOf(getMessage()));
  }

  /// The delay the server asked for, if it did.
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
