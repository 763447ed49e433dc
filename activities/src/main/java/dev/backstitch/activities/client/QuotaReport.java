package dev.backstitch.activities.client;

import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaAnswer;
import dev.backstitch.orchestrator.quota.QuotaAnswer.Limited;
import dev.backstitch.orchestrator.quota.QuotaWaitException;
import org.jspecify.annotations.Nullable;

/// Tells the quota ledger about one request: before it is sent, and what became of it. This is all
/// that the ledger needs to know of GitHub.
///
/// @param request the request
/// @param permit what it is sent with
record QuotaReport(GitHubRequest request, Permit permit) {
  static final String CORE = "core";
  static final String GRAPHQL = "graphql";

  /// Every document of this module costs one, and so does a REST request.
  private static final int POINTS = 1;

  /// Asks whether it may be sent.
  ///
  /// @throws GitHubException if it must wait
  void before() {
    try {
      permit.spend(resource(), POINTS, request.verb().write() ? POINTS : 0);
    } catch (QuotaWaitException wait) {
      throw new GitHubException(
          new Problem(
              Kind.QUOTA_EXHAUSTED,
              "Did not " + request.purpose() + " yet: " + wait.reason() + ".",
              wait.delay()),
          wait);
    }
  }

  /// Tells of an answer, whatever its status.
  void after(GitHubResponse response, @Nullable Problem problem) {
    permit.answered(resource(), POINTS, answer(response, problem));
  }

  /// What an answer says about quota. A 401 carries the quota of everybody who has no token, and a
  /// 304 is free.
  static QuotaAnswer answer(GitHubResponse response, @Nullable Problem problem) {
    int status = response.status();
    Limited limited = problem == null ? null : limited(problem.kind());
    boolean free = status == 401 || status == 304 || limited != null;
    Quota quota = status == 401 ? null : response.quota();
    return new QuotaAnswer(
        free ? 0 : POINTS,
        status / 100 == 2,
        quota == null ? null : quota.reading(),
        limited,
        ProblemReader.retryAfter(response).orElse(null));
  }

  /// Tells of a limit that only the body speaks of; the answer itself was told.
  void alsoLimited(GitHubResponse response, Kind kind) {
    Limited limited = limited(kind);
    if (limited != null) {
      Quota quota = response.quota();
      permit.answered(
          resource(),
          0,
          new QuotaAnswer(
              0,
              false,
              quota == null ? null : quota.reading(),
              limited,
              ProblemReader.retryAfter(response).orElse(null)));
    }
  }

  /// Tells that there is no answer.
  void failed(Kind kind) {
    if (kind == Kind.UNREACHABLE) {
      permit.answered(resource(), POINTS, QuotaAnswer.silent(0, false));
    } else {
      permit.lost(resource(), POINTS);
    }
  }

  /// Nobody waits for the answer any more.
  void abandoned() {
    permit.lost(resource(), POINTS);
  }

  private String resource() {
    return request.verb().isGraphQl() ? GRAPHQL : CORE;
  }

  private static @Nullable Limited limited(Kind kind) {
    return switch (kind) {
      case QUOTA_EXHAUSTED -> Limited.PRIMARY;
      case SECONDARY_LIMIT -> Limited.SECONDARY;
      case MISSING_TOKEN, BAD_CREDENTIALS, NOT_INSTALLED -> null;
      case FORBIDDEN, NOT_FOUND, PROTECTED_BRANCH, CONFLICT -> null;
      case INVALID, TOO_BIG, TOO_LARGE, BROKEN_TRACKER, UNEXPECTED, STALE, TOO_HEAVY -> null;
      case SERVER_ERROR, UNREACHABLE, TIMEOUT, CONNECTION_LOST, UNREADABLE -> null;
    };
  }
}
