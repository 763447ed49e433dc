package dev.backstitch.activities.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.Problem.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]*)>[^,]*;\\s*rel=\"?next\"?");

  /// What was known and was found to be right still, by an answer that says so: its body, and those
  /// headers that this answer does not have.
  GitHubResponse confirming(GitHubResponse known) {
    Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(known.headers.map());
    all.putAll(headers.map());
    return new GitHubResponse(
        status,
        HttpHeaders.of(all, (_, _) -> true),
        known.body,
        quota,
        requestId,
        sentAt,
        receivedAt);
  }

  /// Whether it confirms what was known, which costs no quota. GitHub itself sends no body then.
  boolean isConfirmation() {
    return status == 304 && body.bytes().length > 0;
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /// The server's clock when it answered, or the local one if it did not say.
  public Instant serverTime() {
    return httpDate(headers).orElse(receivedAt);
  }

  /// The body as JSON.
  ///
  /// @param purpose for the message
  /// @throws GitHubException if it is none
  public JsonNode json(String purpose) {
    try {
      return MAPPER.readTree(body.bytes());
    } catch (IOException cutShort) {
      throw new GitHubException(
          Problem.of(
              Kind.UNREADABLE, "Could not " + purpose + ": the answer is not complete JSON."),
          cutShort);
    }
  }

  /// Where the next page of a list is
  /// (https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api).
  ///
  /// @param here the address of this one
  public Optional<URI> nextPage(URI here) {
    return header("Link")
        .map(NEXT_PAGE::matcher)
        .filter(Matcher::find)
        .map(link -> here.resolve(link.group(1)));
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
