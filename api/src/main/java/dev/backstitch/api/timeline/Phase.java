package dev.backstitch.api.timeline;

/// What a command was doing during a [Segment].
public enum Phase {
  /// Asked for, not started.
  QUEUED("queued"),
  /// Not finished yet: it waits for a slot or runs, the history can't tell which.
  OPEN("open"),
  /// An attempt that failed.
  FAILED("failed"),
  /// Between a failed attempt and the next one.
  BACKOFF("waiting to retry"),
  /// Waiting for something outside, such as quota.
  DEFERRED("deferred"),
  /// The attempt that returned.
  SUCCEEDED("completed"),
  /// An attempt whose process died and that must not be repeated.
  UNKNOWN("outcome unknown"),
  /// A durable timer.
  TIMER("timer");

  private final String words;

  Phase(String words) {
    this.words = words;
  }

  /// As a person reads it.
  public String words() {
    return words;
  }

  /// Whether something was really happening, as opposed to waiting.
  boolean isWork() {
    return switch (this) {
      case OPEN, FAILED, SUCCEEDED, UNKNOWN -> true;
      case QUEUED, BACKOFF, DEFERRED, TIMER -> false;
    };
  }
}
