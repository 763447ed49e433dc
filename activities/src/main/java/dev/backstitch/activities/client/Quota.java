package dev.backstitch.activities.client;

import dev.backstitch.orchestrator.quota.QuotaAnswer;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What one answer said about one hourly quota
/// (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
///
/// @param resource the bucket the request was charged to, such as `core` or `graphql`; empty if the
///   server did not say: then it is the one that the request was for
/// @param limit per window
/// @param remaining in this window
/// @param used in this window, by everybody who shares the quota
/// @param resetAt when the window ends, on the local clock: the server's own difference between its
///   `Date` and its reset, added to the time of receipt, so that a wrong clock on either side does
///   not matter
/// @param observedAt on the local clock
public record Quota(
    String resource, long limit, long remaining, long used, Instant resetAt, Instant observedAt) {

  /// Reads the headers, if they are all there and are numbers.
  static @Nullable Quota of(HttpHeaders headers, Instant receivedAt) {
    OptionalLong limit = number(headers, "x-ratelimit-limit");
    OptionalLong remaining = number(headers, "x-ratelimit-remaining");
    OptionalLong reset = number(headers, "x-ratelimit-reset");
    if (limit.isEmpty() || remaining.isEmpty() || reset.isEmpty()) {
      return null;
    }
    Instant serverNow = GitHubResponse.httpDate(headers).orElse(receivedAt);
    Duration untilReset =
        Duration.between(serverNow, Instant.ofEpochSecond(plausible(reset.getAsLong())));
    return new Quota(
        headers.firstValue("x-ratelimit-resource").map(String::strip).orElse(""),
        limit.getAsLong(),
        remaining.getAsLong(),
        number(headers, "x-ratelimit-used").orElse(limit.getAsLong() - remaining.getAsLong()),
        receivedAt.plus(untilReset),
        receivedAt);
  }

  /// The same as the ledger takes it: a reset is a distance, so no clock is compared with another.
  QuotaAnswer.Reading reading() {
    return new QuotaAnswer.Reading(
        resource,
        Math.clamp(limit, 0, Integer.MAX_VALUE),
        Math.clamp(remaining, 0, Integer.MAX_VALUE),
        Math.clamp(used, 0, Integer.MAX_VALUE),
        Duration.between(observedAt, resetAt));
  }

  private static OptionalLong number(HttpHeaders headers, String name) {
    Optional<String> text = headers.firstValue(name).map(String::strip);
    if (text.isEmpty() || !text.get().matches("[0-9]{1,15}")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(text.get()));
  }

  /// Some servers and recordings give milliseconds.
  private static long plausible(long reset) {
    return reset > 100_000_000_000L ? reset / 1000 : reset;
  }
}
