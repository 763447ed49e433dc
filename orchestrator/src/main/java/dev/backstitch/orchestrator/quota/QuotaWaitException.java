package dev.backstitch.orchestrator.quota;

import java.time.Duration;
import java.time.Instant;

/// Thrown by a [Permit] in the middle of an attempt when a further request must wait. The attempt
/// ends, costs nothing, and begins anew at the time.
public final class QuotaWaitException extends RuntimeException {
  private final Instant until;
  private final Duration delay;

  QuotaWaitException(String reason, Instant until, Duration delay) {
    super(reason);
    this.until = until;
    this.delay = delay;
  }

  /// What is waited for.
  public String reason() {
    return String.valueOf(getMessage());
  }

  /// When to come back, on the database's clock.
  public Instant until() {
    return until;
  }

  /// How long that is from when it was thrown.
  public Duration delay() {
    return delay;
  }
}
