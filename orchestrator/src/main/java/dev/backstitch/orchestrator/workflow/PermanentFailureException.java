package dev.backstitch.orchestrator.workflow;

/// Thrown by an activity whose failure no further attempt can mend, such as a rejected credential.
public final class PermanentFailureException extends RuntimeException {
  private final String type;

  /// @param type a stable name to decide by, such as `bad-credentials`
  /// @param message what happened and what to do about it; never holds a secret
  public PermanentFailureException(String type, String message) {
    super(message);
    this.type = type;
  }

  /// As above, keeping what caused it for the log.
  public PermanentFailureException(String type, String message, Throwable cause) {
    super(message, cause);
    this.type = type;
  }

  /// What is recorded.
  public Failure failure() {
    return new Failure(type, String.valueOf(getMessage()));
  }
}
