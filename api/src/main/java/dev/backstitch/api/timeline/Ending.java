package dev.backstitch.api.timeline;

/// How a command ended.
public enum Ending {
  /// It has not.
  OPEN,
  /// With a value, or a timer that fired.
  COMPLETED,
  /// For good.
  FAILED,
  /// Nobody knows.
  UNKNOWN,
  /// Nobody waits for it any longer.
  CANCELLED
}
