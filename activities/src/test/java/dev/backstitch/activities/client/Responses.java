package dev.backstitch.activities.client;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Answers made by hand.
final class Responses {
  /// When they are received.
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  /// [#NOW] as a `Date` header.
  static final String DATE = "Sun, 01 Mar 2026 12:00:00 GMT";

  private Responses() {}

  static HttpHeaders headers(String... namesAndValues) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return HttpHeaders.of(headers, (name, value) -> true);
  }

  static GitHubResponse response(int status, String body, String... namesAndValues) {
    HttpHeaders headers = headers(namesAndValues);
    return new GitHubResponse(
        status,
        headers,
        new Body(body.getBytes(StandardCharsets.UTF_8)),
        Quota.of(headers, NOW),
        headers.firstValue("x-github-request-id").orElse(null),
        NOW.minusMillis(120),
        NOW);
  }
}
