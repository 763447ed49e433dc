package dev.backstitch.api.timeline;

import java.time.Duration;
import java.util.stream.Stream;

/// Steps of an axis that people find round.
final class RoundStep {
  private static final int MOST_STEPS = 6;

  private RoundStep() {}

  /// The smallest round step that divides the total into at most six parts.
  static Duration forTotal(Duration total) {
    Duration least = total.dividedBy(MOST_STEPS);
    return candidates().filter(step -> step.compareTo(least) >= 0).findFirst().orElseThrow();
  }

  private static Stream<Duration> candidates() {
    Stream<Duration> belowSeconds =
        Stream.of(1, 2, 5, 10, 20, 50, 100, 200, 500).map(Duration::ofMillis);
    Stream<Duration> seconds = Stream.of(1, 2, 5, 10, 20, 30).map(Duration::ofSeconds);
    Stream<Duration> minutes = Stream.of(1, 2, 5, 10, 20, 30).map(Duration::ofMinutes);
    Stream<Duration> hours = Stream.of(1, 2, 3, 6, 12).map(Duration::ofHours);
    Stream<Duration> days = Stream.iterate(Duration.ofDays(1), day -> day.multipliedBy(2));
    return Stream.of(belowSeconds, seconds, minutes, hours, days).flatMap(steps -> steps);
  }
}
