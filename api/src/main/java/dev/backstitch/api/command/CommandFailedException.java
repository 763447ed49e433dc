package dev.backstitch.api.command;

/// A command could not do what it was asked for. The message is for the person who asked.
public final class CommandFailedException extends RuntimeException {

  /// @param message what happened and what to do
  public CommandFailedException(String message) {
    super(message);
  }

  /// As above, keeping the cause for `--verbose`.
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
