package dev.backstitch.loadtest.load.stage;

/// A server did not do what it was asked for, or there is none at the moment.
final class RefusedException extends RuntimeException {

  /// @param reason what was asked, and the answer
  RefusedException(String reason) {
    super(reason);
  }
}
