package dev.backstitch.loadtest.load.stage;

/// Everything was asked to end before there was something to measure.
public final class HaltedException extends RuntimeException {

  /// @param reason what was not there yet
  HaltedException(String reason) {
    super(reason);
  }
}
