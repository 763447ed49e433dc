package dev.backstitch.orchestrator.workflow;

import java.time.Duration;

/// Thrown by an activity that must not run yet, such as one that found its API quota used up.
///
/// It is no failure: it costs no attempt. The wait is durable, holds no thread and no slot, and
/// shows in the history with its reason.
public final class DeferredException extends RuntimeException {
  private final Duration delay;

  /// @param reason what is waited for, for a person: `quota of user:octocat is used up`
  /// @param delay how long to wait; zero or negative means at once
  public DeferredException(String reason, Duration delay) {
    super(Failure.readable(reason));
    this.delay = delay;
  }

  /// What is waited for.
  public String reason() {
    return String.valueOf(getMessage());
  }

  /// How long to wait before the activity is run.
  public Duration delay() {
    return delay;
  }
}
