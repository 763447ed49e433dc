package dev.backstitch.api.page;

import dev.backstitch.api.timeline.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// A point in time as a page shows it. The page's script rewrites `text` in the reader's own time
/// zone.
///
/// @param iso for machines
/// @param text UTC, for people
/// @param ago how long ago
public record Moment(String iso, String text, String ago) {
  private static final DateTimeFormatter TEXT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /// How `at` looks from `now`.
  public static Moment of(Instant at, Instant now) {
    return new Moment(at.truncatedTo(ChronoUnit.MILLIS).toString(), TEXT.format(at), ago(at, now));
  }

  private static String ago(Instant at, Instant now) {
    Duration age = Duration.between(at, now);
    if (age.toSeconds() < 1) {
      return "just now";
    }
    Duration rough =
        age.toMinutes() < 1
            ? age.truncatedTo(ChronoUnit.SECONDS)
            : age.toHours() < 1
                ? age.truncatedTo(ChronoUnit.MINUTES)
                : age.toDays() < 1
                    ? age.truncatedTo(ChronoUnit.HOURS)
                    : age.truncatedTo(ChronoUnit.DAYS);
    return DurationText.of(rough) + " ago";
  }
}
