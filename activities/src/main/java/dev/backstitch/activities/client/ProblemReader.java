package dev.backstitch.activities.client;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.Problem.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The one place where answers are judged, by status, headers and body together.
///
/// No single sign is enough: a used-up quota is 403, 429 or, for GraphQL, 200; a secondary limit
/// may come without `retry-after`; 404 may mean a missing permission.
final class ProblemReader {

  /// How long to wait after a secondary limit that names no time
  /// (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
  static final Duration SECONDARY_WAIT = Duration.ofSeconds(60);

  /// Added to the time of a reset, which jitters by a second between answers.
  static final Duration RESET_MARGIN = Duration.ofSeconds(2);

  private static final int MAX_QUOTED_CHARS = 300;
  private static final Pattern SECONDARY =
      Pattern.compile("\\bsecondary rate\\b|\\babuse detection\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern STALE =
      Pattern.compile(
          "expected branch to point to .* but it did not|is at [0-9a-f]{7,64} but expected",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern PROTECTED =
      Pattern.compile(
          "protected branch|rule violations|must be made through a pull request",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TIMED_OUT =
      Pattern.compile(
          "something went wrong while executing your query|couldn't respond to your request in time"
              + "|timedout|timeout",
          Pattern.CASE_INSENSITIVE);

  /// What is said of a tree (https://github.com/googleapis/code-suggester/issues/397), and what
  /// proxies say.
  private static final Pattern TOO_LARGE =
      Pattern.compile(
          "input was too large|(entity|payload|request) (is )?too large", Pattern.CASE_INSENSITIVE);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final UnaryOperator<String> mask;
  private final Supplier<String> credentialsAdvice;

  /// @param mask takes secrets out of a text
  /// @param credentialsAdvice what to do when the token is refused
  ProblemReader(UnaryOperator<String> mask, Supplier<String> credentialsAdvice) {
    this.mask = mask;
    this.credentialsAdvice = credentialsAdvice;
  }

  /// Judges an answer whose status is not 2xx.
  Problem read(GitHubResponse response, String purpose) {
    int status = response.status();
    String said = quoted(messageOf(response));
    String start = "GitHub did not " + purpose + " (" + status + said + "): ";
    if (status == 401) {
      return Problem.of(Kind.BAD_CREDENTIALS, start + credentialsAdvice.get());
    }
    if (status == 403 || status == 429) {
      return refused(response, start);
    }
    if (status == 404) {
      return Problem.of(Kind.NOT_FOUND, start + NOT_FOUND_ADVICE);
    }
    if (status == 409) {
      return Problem.of(Kind.CONFLICT, start + "the repository is not in a state that allows it.");
    }
    if (status == 413 || (status == 422 && TOO_LARGE.matcher(said).find())) {
      return Problem.of(Kind.TOO_LARGE, start + "the request is too large.");
    }
    if (status == 400 || status == 422) {
      return Problem.of(Kind.INVALID, start + "the request is not accepted as it stands.");
    }
    if (status >= 500) {
      return new Problem(
          Kind.SERVER_ERROR,
          start
              + "GitHub has trouble of its own; it is tried again. See https://www.githubstatus.com"
              + requestIdOf(response),
          retryAfter(response).orElse(null));
    }
    return Problem.of(
        Kind.UNEXPECTED, start + "this answer was not expected" + requestIdOf(response));
  }

  /// Judges one error of a GraphQL answer.
  Problem read(GraphQlError error, GitHubResponse response, String purpose) {
    String said = (error.type() + quoted(error.message())).strip();
    String start = "GitHub did not " + purpose + " (" + said + "): ";
    String type = error.type().toUpperCase(Locale.ROOT);
    if (SECONDARY.matcher(error.message()).find()) {
      return secondary(response, start);
    }
    if (STALE.matcher(error.message()).find()) {
      return Problem.of(Kind.STALE, start + "another writer moved the branch.");
    }
    if (TOO_LARGE.matcher(error.message()).find()) {
      return Problem.of(Kind.TOO_LARGE, start + "the request is too large.");
    }
    if (PROTECTED.matcher(error.message()).find()) {
      return Problem.of(Kind.PROTECTED_BRANCH, start + PROTECTED_BRANCH_ADVICE);
    }
    return switch (type) {
      case "RATE_LIMITED", "RATE_LIMIT", "GRAPHQL_RATE_LIMIT" -> exhausted(response, start);
      case "NOT_FOUND" -> Problem.of(Kind.NOT_FOUND, start + NOT_FOUND_ADVICE);
      case "FORBIDDEN", "INSUFFICIENT_SCOPES" -> Problem.of(Kind.FORBIDDEN, start + SCOPE_ADVICE);
      case "BRANCH_PROTECTION_RULE_VIOLATION" ->
          Problem.of(Kind.PROTECTED_BRANCH, start + PROTECTED_BRANCH_ADVICE);
      case "STALE_DATA" -> Problem.of(Kind.STALE, start + "another writer moved the branch.");
      case "RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED" ->
          Problem.of(Kind.TOO_HEAVY, start + "it is asked for in smaller parts.");
      case "INTERNAL", "SERVICE_UNAVAILABLE", "LOADING" ->
          Problem.of(Kind.SERVER_ERROR, start + "GitHub has trouble of its own.");
      default ->
          TIMED_OUT.matcher(error.message()).find()
              ? Problem.of(Kind.SERVER_ERROR, start + "GitHub did not finish in time.")
              : Problem.of(Kind.INVALID, start + "the query is not accepted as it stands.");
    };
  }

  /// 403 and 429 mean four different things.
  private Problem refused(GitHubResponse response, String start) {
    String body = response.body().text();
    if (SECONDARY.matcher(body).find()) {
      return secondary(response, start);
    }
    if (response.quota() != null && response.quota().remaining() == 0) {
      return exhausted(response, start);
    }
    if (response.status() == 429
        || response.header("retry-after").isPresent()
        || response.header("gh-limited-by").isPresent()) {
      return secondary(response, start);
    }
    if (PROTECTED.matcher(body).find()) {
      return Problem.of(Kind.PROTECTED_BRANCH, start + PROTECTED_BRANCH_ADVICE);
    }
    if (response.header("x-github-sso").isPresent()) {
      return Problem.of(
          Kind.FORBIDDEN,
          start
              + "the organization requires single sign-on: authorize the token for it at"
              + " https://github.com/settings/tokens (Configure SSO).");
    }
    return Problem.of(Kind.FORBIDDEN, start + SCOPE_ADVICE);
  }

  private static Problem exhausted(GitHubResponse response, String start) {
    Quota quota = response.quota();
    if (quota == null) {
      return secondary(response, start);
    }
    Duration wait = Duration.between(response.receivedAt(), quota.resetAt()).plus(RESET_MARGIN);
    Duration atLeast = retryAfter(response).orElse(RESET_MARGIN);
    return new Problem(
        Kind.QUOTA_EXHAUSTED,
        start
            + (quota.resource().isEmpty() ? "the" : "the " + quota.resource())
            + " quota of "
            + quota.limit()
            + " an hour is used up; it goes on at "
            + quota.resetAt().truncatedTo(ChronoUnit.SECONDS)
            + ".",
        wait.compareTo(atLeast) > 0 ? wait : atLeast);
  }

  private static Problem secondary(GitHubResponse response, String start) {
    Duration wait = retryAfter(response).orElse(SECONDARY_WAIT);
    return new Problem(
        Kind.SECONDARY_LIMIT,
        start
            + "too many requests in a short time (secondary limit); it goes on in "
            + wait.toSeconds()
            + " s.",
        wait);
  }

  /// Judges an exchange that ended without a complete answer.
  Problem read(IOException failure, URI host, String purpose, Duration timeout) {
    String start = "Could not " + purpose + ": ";
    return switch (failure) {
      case HttpConnectTimeoutException _ ->
          Problem.of(Kind.UNREACHABLE, start + host + " did not accept a connection in time.");
      case ConnectException _ ->
          Problem.of(
              Kind.UNREACHABLE,
              start
                  + host
                  + " refused the connection, or its name is unknown. Check the address and whether"
                  + " the server runs; it is tried again.");
      case HttpTimeoutException _ ->
          Problem.of(
              Kind.TIMEOUT, start + host + " sent no complete answer within " + seconds(timeout));
      case SSLException tls ->
          Problem.of(
              Kind.UNREACHABLE,
              start
                  + "no trusted connection to "
                  + host
                  + " ("
                  + mask.apply(String.valueOf(tls.getMessage()))
                  + "). Check its certificate and the clock of this machine.");
      case BoundedBody.AnswerTooBigException tooBig ->
          Problem.of(Kind.TOO_BIG, start + tooBig.getMessage() + ", more than is read.");
      case IOException other ->
          Problem.of(
              Kind.CONNECTION_LOST,
              start
                  + "the connection to "
                  + host
                  + " broke"
                  + quoted(String.valueOf(other.getMessage())));
    };
  }

  private static String seconds(Duration timeout) {
    return timeout.toMillis() / 1000.0 + " s.";
  }

  private static String messageOf(GitHubResponse response) {
    try {
      JsonNode body = JSON.readTree(response.body().bytes());
      return body.path("message").asText("");
    } catch (JacksonException notJson) {
      // A proxy's HTML page, or an answer cut short: the status must do.
      return "";
    } catch (IOException impossible) {
      throw new IllegalStateException("reading from memory failed", impossible);
    }
  }

  /// What the server said, made fit for a log line: short, on one line, without secrets.
  String quoted(String said) {
    String oneLine = mask.apply(said).replaceAll("\\p{Cntrl}+", " ").strip();
    if (oneLine.isEmpty()) {
      return "";
    }
    return oneLine.length() > MAX_QUOTED_CHARS
        ? " " + oneLine.substring(0, MAX_QUOTED_CHARS) + "..."
        : " " + oneLine;
  }

  private static String requestIdOf(GitHubResponse response) {
    @Nullable String id = response.requestId();
    return id == null ? "." : " (request " + id + ").";
  }

  /// `retry-after` in either of its forms, never negative.
  static Optional<Duration> retryAfter(GitHubResponse response) {
    return response
        .header("retry-after")
        .map(String::strip)
        .flatMap(text ->
            text.matches("[0-9]{1,9}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                : GitHubResponse.parseHttpDate(text)
                    .map(until -> notNegative(response.serverTime(), until)));
  }

  private static Duration notNegative(Instant from, Instant until) {
    return until.isAfter(from) ? Duration.between(from, until) : Duration.ZERO;
  }

  private static final String NOT_FOUND_ADVICE =
      "it does not exist, or the token may not see it (GitHub says the same for both). Check the"
          + " spelling, and that the token has access to the repository.";
  private static final String SCOPE_ADVICE =
      "the token may not do this. It needs, for this repository, read access to pull requests, and"
          + " read and write access to contents; to commit statuses and webhooks, for those; and"
          + " check runs can only be written by a GitHub App with access to checks.";
  private static final String PROTECTED_BRANCH_ADVICE =
      "a rule protects the branch. Allow the owner of the token to push to it (Settings, Rules or"
          + " Branches), or choose another branch.";
}
