package dev.backstitch.orchestrator.config;

import java.time.Duration;

/// How messages find their runs.
///
/// @param interval how often a worker looks for messages to its runs, 10 ms to 1 min; with hints,
///   which make it look at once, four times as long
/// @param hints whether workers tell each other to look, by NOTIFY. Needs a direct connection or a
///   pooler in session mode; without them everything works, a little later
/// @param mostWaiting how many messages may wait for one run, 1 to 1,000,000; more are refused
///   until it has taken some
public record InboxConfig(Duration interval, boolean hints, int mostWaiting) {

  /// @throws IllegalArgumentException naming the setting and its range
  public InboxConfig {
    OrchestratorConfig.inRange(
        "inbox.interval", interval, Duration.ofMillis(10), Duration.ofMinutes(1));
    OrchestratorConfig.inRange("inbox.mostWaiting", mostWaiting, 1, 1_000_000);
  }

  /// Good for a laptop and for a small server.
  public static InboxConfig defaults() {
    return new InboxConfig(Duration.ofMillis(250), true, 10_000);
  }

  /// The same, with or without hints.
  public InboxConfig withHints(boolean newHints) {
    return new InboxConfig(interval, newHints, mostWaiting);
  }

  /// The same with another number of messages that may wait for one run.
  public InboxConfig withMostWaiting(int newMostWaiting) {
    return new InboxConfig(interval, hints, newMostWaiting);
  }

  /// How long a worker waits until it looks again by itself.
  public Duration patience() {
    return hints ? interval.multipliedBy(4) : interval;
  }
}
