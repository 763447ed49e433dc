package dev.backstitch.orchestrator.quota;

import dev.backstitch.orchestrator.quota.QuotaAnswer.Limited;
import dev.backstitch.orchestrator.quota.QuotaAnswer.Reading;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads what the head of an API's answer says about quota: with [QuotaRules] all that an API must
/// bring along to take part in the ledger.
@FunctionalInterface
public interface HeaderReader {

  /// Reads one head.
  ///
  /// @param status such as 200
  /// @param header the first value of a header, by its name in lower case
  QuotaAnswer read(int status, Function<String, Optional<String>> header);

  /// A reader for what many APIs send: `RateLimit-Limit`, `-Remaining` and `-Reset` in seconds from
  /// now (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-03), and
  /// `Retry-After` in seconds or as a date. A 429, or a 503 that names a time, is a refusal: of the
  /// quota if nothing is left of it, else for haste. Each request costs a point.
  ///
  /// @param resource what the quota is called in the ledger
  static HeaderReader standard(String resource) {
    return (status, header) -> {
      Duration retryAfter = retryAfter(header).orElse(null);
      Reading reading = status == 401 ? null : reading(resource, header);
      boolean refused = status == 429 || (status == 503 && retryAfter != null);
      Limited limited = null;
      if (refused) {
        limited = reading != null && reading.remaining() == 0 ? Limited.PRIMARY : Limited.SECONDARY;
      }
      return new QuotaAnswer(refused ? 0 : 1, status / 100 == 2, reading, limited, retryAfter);
    };
  }

  private static @Nullable Reading reading(
      String resource, Function<String, Optional<String>> header) {
    OptionalInt limit = number(header.apply("ratelimit-limit"));
    OptionalInt remaining = number(header.apply("ratelimit-remaining"));
    OptionalInt reset = number(header.apply("ratelimit-reset"));
    if (limit.isEmpty() || remaining.isEmpty() || reset.isEmpty()) {
      return null;
    }
    return new Reading(
        resource,
        limit.getAsInt(),
        remaining.getAsInt(),
        Math.max(0, limit.getAsInt() - remaining.getAsInt()),
        Duration.ofSeconds(reset.getAsInt()));
  }

  private static Optional<Duration> retryAfter(Function<String, Optional<String>> header) {
    Optional<String> said = header.apply("retry-after").map(String::strip);
    OptionalInt seconds = number(said);
    if (seconds.isPresent()) {
      return Optional.of(Duration.ofSeconds(seconds.getAsInt()));
    }
    // As a date it is compared with the server's own clock.
    Optional<Instant> until = said.flatMap(HeaderReader::date);
    Optional<Instant> now = header.apply("date").flatMap(HeaderReader::date);
    return until
        .flatMap(then -> now.map(sent -> Duration.between(sent, then)))
        .filter(wait -> !wait.isNegative());
  }

  private static OptionalInt number(Optional<String> text) {
    return text.map(String::strip).filter(digits -> digits.matches("[0-9]{1,9}")).stream()
        .mapToInt(Integer::parseInt)
        .findFirst();
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }
}
