package dev.backstitch.activities.format;

/// Thrown when bytes are not what a file must hold. The message says why, without quoting them:
/// students' files are personal.
public final class MalformedFileException extends Exception {
  /// @param reason what is wrong, such as `line 3, column 7: a comma or ] is missing`
  public MalformedFileException(String reason) {
    super(reason);
  }

  /// As above, keeping what found the fault.
  public MalformedFileException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /// What is wrong.
  public String reason() {
    return String.valueOf(getMessage());
  }
}
