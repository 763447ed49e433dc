package dev.backstitch.activities.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The bodies are GitHub's own words, as users have reported them; ids are made up.
class ProblemReaderTest {
  private static final String RESET_IN_TEN_MINUTES =
      String.valueOf(Responses.NOW.getEpochSecond() + 600);
  private static final String[] USED_UP = {
    "Date", Responses.DATE,
    "x-ratelimit-limit", "5000",
    "x-ratelimit-remaining", "0",
    "x-ratelimit-used", "5000",
    "x-ratelimit-reset", RESET_IN_TEN_MINUTES,
    "x-ratelimit-resource", "core",
  };
  private static final String[] PLENTY = {
    "Date",
    Responses.DATE,
    "x-ratelimit-limit",
    "5000",
    "x-ratelimit-remaining",
    "4000",
    "x-ratelimit-reset",
    RESET_IN_TEN_MINUTES,
  };
  private static final String[] NONE = {};

  private final ProblemReader reader = new ProblemReader(text -> text, () -> "set GITHUB_TOKEN");

  static Stream<Arguments> answers() {
    String secondary =
        "{\"message\":\"You have exceeded a secondary rate limit. Please wait a few minutes before"
            + " you try again.\"}";
    return Stream.of(
        rest(Kind.BAD_CREDENTIALS, null, 401, "{\"message\":\"Bad credentials\"}", NONE),
        rest(
            Kind.QUOTA_EXHAUSTED,
            602,
            403,
            "{\"message\":\"API rate limit exceeded for user ID 583231.\"}",
            USED_UP),
        rest(Kind.QUOTA_EXHAUSTED, 602, 429, "{\"message\":\"too many\"}", USED_UP),
        rest(Kind.SECONDARY_LIMIT, 60, 403, secondary, PLENTY),
        rest(Kind.SECONDARY_LIMIT, 60, 403, secondary, NONE),
        rest(Kind.SECONDARY_LIMIT, 60, 403, secondary, USED_UP),
        rest(Kind.SECONDARY_LIMIT, 17, 403, secondary, with(PLENTY, "retry-after", "17")),
        rest(Kind.SECONDARY_LIMIT, 30, 429, "", with(NONE, "retry-after", "30")),
        rest(
            Kind.SECONDARY_LIMIT,
            90,
            403,
            "{}",
            with(PLENTY, "retry-after", "Sun, 01 Mar 2026 12:01:30 GMT")),
        rest(Kind.SECONDARY_LIMIT, 60, 429, "<html>slow down</html>", NONE),
        rest(Kind.SECONDARY_LIMIT, 60, 403, "{}", with(PLENTY, "gh-limited-by", "search")),
        rest(
            Kind.FORBIDDEN,
            null,
            403,
            "{\"message\":\"Resource not accessible by personal access token\"}",
            PLENTY),
        rest(
            Kind.FORBIDDEN,
            null,
            403,
            "{\"message\":\"Resource protected by organization SAML enforcement.\"}",
            with(PLENTY, "x-github-sso", "required; url=https://github.com/orgs/x/sso")),
        rest(Kind.NOT_FOUND, null, 404, "{\"message\":\"Not Found\"}", PLENTY),
        rest(Kind.CONFLICT, null, 409, "{\"message\":\"Git Repository is empty.\"}", PLENTY),
        rest(Kind.INVALID, null, 422, "{\"message\":\"Validation Failed\"}", PLENTY),
        rest(Kind.TOO_LARGE, null, 413, "<h1>413 Request Entity Too Large</h1>", NONE),
        rest(
            Kind.TOO_LARGE,
            null,
            422,
            "{\"message\":\"Sorry, your request timed out. It's likely that your input was too large"
                + " to process.\"}",
            PLENTY),
        rest(Kind.INVALID, null, 400, "{\"message\":\"Problems parsing JSON\"}", PLENTY),
        rest(Kind.UNEXPECTED, null, 418, "teapot", NONE),
        rest(Kind.SERVER_ERROR, null, 500, "", NONE),
        rest(Kind.SERVER_ERROR, null, 502, "<html><h1>502 Bad Gateway</h1></html>", NONE),
        rest(
            Kind.SERVER_ERROR,
            null,
            504,
            "{\"message\":\"We couldn't respond to your request in time.\"}",
            PLENTY),
        rest(Kind.SERVER_ERROR, 5, 503, "{}", with(NONE, "retry-after", "5")));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void an_answer_is_judged_by_status_headers_and_body(
      Kind kind, @Nullable Integer waitSeconds, GitHubResponse response) {
    Problem problem = reader.read(response, "list the pull requests");

    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.waitFor())
        .isEqualTo(waitSeconds == null ? null : Duration.ofSeconds(waitSeconds));
    assertThat(problem.message())
        .startsWith("GitHub did not list the pull requests (" + response.status());
  }

  static Stream<Arguments> graphQlErrors() {
    return Stream.of(
        graphQl(
            Kind.NOT_FOUND,
            "{\"type\":\"NOT_FOUND\",\"path\":[\"repository\"],\"message\":\"Could not resolve to a"
                + " Repository with the name 'o/r'.\"}"),
        graphQl(
            Kind.QUOTA_EXHAUSTED,
            "{\"type\":\"RATE_LIMITED\",\"message\":\"API rate limit exceeded for user ID 1.\"}"),
        graphQl(
            Kind.QUOTA_EXHAUSTED,
            "{\"type\":\"RATE_LIMIT\",\"code\":\"graphql_rate_limit\",\"message\":\"API rate limit"
                + " already exceeded for user ID 1.\"}"),
        graphQl(
            Kind.SECONDARY_LIMIT,
            "{\"message\":\"You have exceeded a secondary rate limit. Please wait\"}"),
        graphQl(
            Kind.STALE,
            "{\"type\":\"STALE_DATA\",\"path\":[\"createCommitOnBranch\"],\"message\":\"Expected"
                + " branch to point to \\\"abc\\\" but it did not. Pull and try again.\"}"),
        graphQl(
            Kind.STALE,
            "{\"type\":\"UNPROCESSABLE\",\"message\":\"Branch tracker is at"
                + " 0123456789abcdef but expected fedcba9876543210\"}"),
        graphQl(
            Kind.TOO_HEAVY,
            "{\"type\":\"RESOURCE_LIMITS_EXCEEDED\",\"message\":\"Resource limits for this query"
                + " exceeded.\"}"),
        graphQl(
            Kind.FORBIDDEN,
            "{\"type\":\"FORBIDDEN\",\"message\":\"Resource not accessible by integration\"}"),
        graphQl(
            Kind.FORBIDDEN,
            "{\"type\":\"INSUFFICIENT_SCOPES\",\"message\":\"Your token has not been granted the"
                + " required scopes\"}"),
        graphQl(
            Kind.PROTECTED_BRANCH,
            "{\"type\":\"UNPROCESSABLE\",\"message\":\"Repository rule violations found\\n\\nChanges"
                + " must be made through a pull request.\\n\\n\"}"),
        graphQl(
            Kind.PROTECTED_BRANCH,
            "{\"type\":\"FORBIDDEN\",\"message\":\"protected branch 'tracker' check failed\"}"),
        graphQl(
            Kind.SERVER_ERROR,
            "{\"message\":\"Something went wrong while executing your query. This may be the result"
                + " of a timeout, or it could be a GitHub bug.\"}"),
        graphQl(
            Kind.INVALID,
            "{\"extensions\":{\"code\":\"undefinedField\"},\"message\":\"Field 'x' doesn't exist on"
                + " type 'Query'\"}"));
  }

  @ParameterizedTest
  @MethodSource("graphQlErrors")
  void a_graphql_error_is_judged_by_type_and_message(Kind kind, GraphQlError error) {
    Problem problem = reader.read(error, Responses.response(200, "{}", USED_UP), "commit");

    assertThat(problem.kind()).isEqualTo(kind);
    assertThat(problem.message()).startsWith("GitHub did not commit (").doesNotContain("\n");
  }

  @Test
  void a_used_up_quota_waits_for_the_reset_however_wrong_the_local_clock_is() {
    String serverIsTwoMinutesAhead = "Sun, 01 Mar 2026 12:02:00 GMT";
    GitHubResponse response =
        Responses.response(403, "{}", with(USED_UP, "Date", serverIsTwoMinutesAhead));

    Problem problem = reader.read(response, "read");

    assertThat(problem.waitFor()).isEqualTo(Duration.ofMinutes(8).plus(ProblemReader.RESET_MARGIN));
  }

  @Test
  void a_problem_becomes_the_exception_that_the_engine_acts_on() {
    Exception cause = new IllegalStateException("cause");

    assertThat(Problem.of(Kind.NOT_FOUND, "gone").toFailure(cause))
        .isInstanceOfSatisfying(
            PermanentFailureException.class,
            failure -> assertThat(failure.failure().type()).isEqualTo("not-found"));
    assertThat(Problem.of(Kind.SERVER_ERROR, "broken").toFailure(cause))
        .isInstanceOfSatisfying(
            TransientFailureException.class,
            failure -> assertThat(failure.failure().type()).isEqualTo("server-error"));
    assertThat(new Problem(Kind.SERVER_ERROR, "busy", Duration.ofSeconds(5)).toFailure(cause))
        .isInstanceOfSatisfying(
            TransientFailureException.class,
            failure -> assertThat(failure.retryAfter()).contains(Duration.ofSeconds(5)));
    assertThat(new Problem(Kind.QUOTA_EXHAUSTED, "used up", Duration.ofMinutes(9)).toFailure(cause))
        .isInstanceOfSatisfying(
            DeferredException.class,
            deferred -> assertThat(deferred.delay()).isEqualTo(Duration.ofMinutes(9)));
  }

  private static Arguments rest(
      Kind kind, @Nullable Integer waitSeconds, int status, String body, String[] headers) {
    return Arguments.of(kind, waitSeconds, Responses.response(status, body, headers));
  }

  private static Arguments graphQl(Kind kind, String error) {
    try {
      return Arguments.of(
          kind, GraphQlError.readAll(new ObjectMapper().readTree("[" + error + "]")).getFirst());
    } catch (java.io.IOException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  private static String[] with(String[] headers, String name, String value) {
    String[] more = new String[headers.length + 2];
    System.arraycopy(headers, 0, more, 0, headers.length);
    more[headers.length] = name;
    more[headers.length + 1] = value;
    return more;
  }
}
