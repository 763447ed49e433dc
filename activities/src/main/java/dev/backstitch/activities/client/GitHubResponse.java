package dev.backstitch.activities.client;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One answer, whatever its status.
///
/// @param status the HTTP status
/// @param headers as received
/// @param body decompressed
/// @param quota what the rate limit headers say, if they are there
/// @param requestId what GitHub's support asks for, if it is there
/// @param sentAt on the local clock
/// @param receivedAt on the local clock, when the last byte was there
public record GitHubResponse(
    int status,
    HttpHeaders headers,
    Body body,
    @Nullable Quota quota,
    @Nullable String requestId,
    Instant sentAt,
    Instant receivedAt) {

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /// The server's clock when it answered, or the local one if it did not say.
  Instant serverTime() {
    return httpDate(headers).orElse(receivedAt);
  }

  static Optional<Instant> httpDate(HttpHeaders headers) {
    return headers.firstValue("Date").flatMap(GitHubResponse::parseHttpDate);
  }

  static Optional<Instant> parseHttpDate(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }
}
