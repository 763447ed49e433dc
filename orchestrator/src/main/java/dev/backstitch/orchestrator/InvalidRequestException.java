package dev.backstitch.orchestrator;

/// A request that can't be served as it stands. The caller is to blame, and the message says how to
/// mend it.
public final class InvalidRequestException extends IllegalArgumentException {
  private final String field;

  /// @param field the part of the request that is wrong, such as `workflow` or `input.repository`
  /// @param message what is wrong and what is allowed
  public InvalidRequestException(String field, String message) {
    super(message);
    this.field = field;
  }

  /// As above, keeping what found the fault.
  public InvalidRequestException(String field, String message, Throwable cause) {
    super(message, cause);
    this.field = field;
  }

  /// The part of the request that is wrong.
  public String field() {
    return field;
  }
}
