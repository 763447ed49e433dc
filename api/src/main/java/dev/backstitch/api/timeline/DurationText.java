package dev.backstitch.api.timeline;

import java.time.Duration;
import java.util.Locale;

/// Durations as people write them: two figures that matter.
public final class DurationText {
  private DurationText() {}

  /// Such as `350 ms`, `1.25 s`, `12.3 s`, `2 min 5 s`, `3 h 12 min`, `2 d 4 h`. Negative ones
  /// begin with a minus sign.
  public static String of(Duration duration) {
    if (duration.isNegative()) {
      return "-" + of(duration.negated());
    }
    long millis = duration.toMillis();
    if (millis == 0) {
      return duration.isZero() ? "0 ms" : decimals(duration.toNanos() / 1e6, 2) + " ms";
    }
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 10_000) {
      return decimals(millis / 1e3, 2) + " s";
    }
    if (millis < 60_000) {
      return decimals(millis / 1e3, 1) + " s";
    }
    if (duration.toHours() < 1) {
      return pair(duration.toMinutes(), "min", duration.toSecondsPart(), "s");
    }
    if (duration.toDays() < 1) {
      return pair(duration.toHours(), "h", duration.toMinutesPart(), "min");
    }
    return pair(duration.toDays(), "d", duration.toHoursPart(), "h");
  }

  /// As [#of], with a plus sign: time since a start.
  public static String offset(Duration sinceStart) {
    return sinceStart.isNegative() ? of(sinceStart) : "+" + of(sinceStart);
  }

  private static String pair(long first, String firstUnit, long second, String secondUnit) {
    return second == 0
        ? first + " " + firstUnit
        : first + " " + firstUnit + " " + second + " " + secondUnit;
  }

  /// Rounded down, so that what took less than a limit never reads as the limit.
  private static String decimals(double value, int places) {
    double factor = Math.pow(10, places);
    String text =
        String.format(Locale.ROOT, "%." + places + "f", Math.floor(value * factor + 1e-9) / factor);
    return text.replaceFirst("\\.?0+$", "");
  }
}
