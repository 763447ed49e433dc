package dev.backstitch.loadtest.load;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as they are typed: `500ms`, `30s`, `2m`, `1h`.
final class Span {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  private Span() {}

  /// Reads one.
  ///
  /// @param option for the message
  /// @throws IllegalArgumentException naming the option and its range
  static Duration parse(String option, String text, Duration least, Duration most) {
    Matcher shape = SHAPE.matcher(text);
    if (shape.matches()) {
      long number = Long.parseLong(shape.group(1));
      Duration span =
          switch (shape.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
          };
      if (span.compareTo(least) >= 0 && span.compareTo(most) <= 0) {
        return span;
      }
    }
    throw new IllegalArgumentException(
        option
            + " must be a time such as 500ms, 30s or 2m, from "
            + show(least)
            + " to "
            + show(most)
            + ", was '"
            + text
            + "'");
  }

  private static String show(Duration span) {
    if (span.toMillis() % 1_000 != 0) {
      return span.toMillis() + "ms";
    }
    return span.toSeconds() % 3_600 == 0 && !span.isZero()
        ? span.toHours() + "h"
        : span.toSeconds() + "s";
  }
}
