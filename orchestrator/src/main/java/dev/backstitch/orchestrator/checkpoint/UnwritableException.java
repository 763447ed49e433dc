package dev.backstitch.orchestrator.checkpoint;

/// An event can't be turned into a row, as if the server had refused it.
final class UnwritableException extends RuntimeException {

  UnwritableException(String message, Throwable cause) {
    super(message, cause);
  }
}
