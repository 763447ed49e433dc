package dev.backstitch.activities.client;

import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why a request did not get what it asked for.
///
/// @param kind what to decide by
/// @param message what happened and what to do about it; never holds a secret
/// @param waitFor how long the server, or the rules for it, ask to wait; null if nothing is asked
public record Problem(Kind kind, String message, @Nullable Duration waitFor) {

  /// What a problem means for the attempt that met it.
  enum Meaning {
    /// No further attempt can help.
    PERMANENT,
    /// A later attempt may succeed.
    PASSING,
    /// It was too early; that is nobody's failure.
    TOO_EARLY
  }

  /// The kinds of problems, by the stable name under which they are recorded.
  public enum Kind {
    /// No token is configured.
    MISSING_TOKEN("missing-token", Meaning.PERMANENT),
    /// The token is wrong, expired or revoked.
    BAD_CREDENTIALS("bad-credentials", Meaning.PERMANENT),
    /// The GitHub App is not installed where it is needed.
    NOT_INSTALLED("app-not-installed", Meaning.PERMANENT),
    /// The token is right, but may not do this.
    FORBIDDEN("forbidden", Meaning.PERMANENT),
    /// It does not exist, or the token may not see it.
    NOT_FOUND("not-found", Meaning.PERMANENT),
    /// A rule of the repository forbids the write.
    PROTECTED_BRANCH("protected-branch", Meaning.PERMANENT),
    /// It collides with the state of the repository.
    CONFLICT("conflict", Meaning.PERMANENT),
    /// GitHub does not accept the request as it stands.
    INVALID("invalid-request", Meaning.PERMANENT),
    /// The answer is larger than we read.
    TOO_BIG("answer-too-big", Meaning.PERMANENT),
    /// What the branch holds can't be used.
    BROKEN_TRACKER("broken-tracker", Meaning.PERMANENT),
    /// GitHub's answer fits none of the other kinds.
    UNEXPECTED("unexpected-answer", Meaning.PERMANENT),
    /// The branch is not where the commit expected it.
    STALE("stale-branch", Meaning.PASSING),
    /// The request is larger than GitHub works off in one go.
    TOO_LARGE("request-too-large", Meaning.PASSING),
    /// The query asks for more than GitHub computes in one go.
    TOO_HEAVY("query-too-heavy", Meaning.PASSING),
    /// GitHub failed (5xx).
    SERVER_ERROR("server-error", Meaning.PASSING),
    /// Nothing listens at the address, or its name is unknown.
    UNREACHABLE("unreachable", Meaning.PASSING),
    /// No answer in time.
    TIMEOUT("timeout", Meaning.PASSING),
    /// The connection broke before the answer was complete.
    CONNECTION_LOST("connection-lost", Meaning.PASSING),
    /// The answer was complete but is not what its headers promised.
    UNREADABLE("unreadable-answer", Meaning.PASSING),
    /// The hourly quota is used up.
    QUOTA_EXHAUSTED("quota-exhausted", Meaning.TOO_EARLY),
    /// Too much in too short a time.
    SECONDARY_LIMIT("secondary-limit", Meaning.TOO_EARLY);

    private final String type;
    private final Meaning meaning;

    Kind(String type, Meaning meaning) {
      this.type = type;
      this.meaning = meaning;
    }

    /// The name under which it is recorded.
    public String type() {
      return type;
    }
  }

  /// A problem for which no wait is prescribed.
  public static Problem of(Kind kind, String message) {
    return new Problem(kind, message, null);
  }

  /// The same, but tried again no earlier than after this delay. Changes nothing for a problem that
  /// is not tried again, or that prescribes a longer wait itself.
  public Problem notBefore(Duration delay) {
    return waitFor == null || waitFor.compareTo(delay) < 0
        ? new Problem(kind, message, delay)
        : this;
  }

  /// Whether the request may have taken effect all the same. Nobody knows: a write must be looked
  /// for before it is sent again.
  public boolean leavesOutcomeUnknown() {
    return switch (kind) {
      case SERVER_ERROR, TIMEOUT, CONNECTION_LOST, UNREADABLE -> true;
      // GitHub says that it gave up, not how far it had come.
      case TOO_LARGE -> true;
      case MISSING_TOKEN, BAD_CREDENTIALS, NOT_INSTALLED -> false;
      case QUOTA_EXHAUSTED, SECONDARY_LIMIT, UNREACHABLE -> false;
      case FORBIDDEN, NOT_FOUND, PROTECTED_BRANCH, CONFLICT, INVALID, UNEXPECTED, STALE -> false;
      case BROKEN_TRACKER, TOO_BIG, TOO_HEAVY -> false;
    };
  }

  /// Whether GitHub looked at the request, which costs quota, before it refused.
  boolean isAboutTheRequest() {
    return switch (kind) {
      case FORBIDDEN, NOT_FOUND, PROTECTED_BRANCH, CONFLICT, INVALID, UNEXPECTED, STALE -> true;
      case TOO_LARGE -> true;
      case MISSING_TOKEN, BAD_CREDENTIALS, NOT_INSTALLED, QUOTA_EXHAUSTED, SECONDARY_LIMIT -> false;
      case SERVER_ERROR, UNREACHABLE, TIMEOUT, CONNECTION_LOST, UNREADABLE -> false;
      case BROKEN_TRACKER, TOO_BIG, TOO_HEAVY -> false;
    };
  }

  /// Whether asking for less at a time may help.
  public boolean asksForLess() {
    return kind == Kind.TOO_HEAVY || kind == Kind.TOO_BIG || leavesOutcomeUnknown();
  }

  /// Whether it may have met any request of any size, so that the same one may well pass now.
  public boolean mayBeChance() {
    return switch (kind) {
      case SERVER_ERROR, CONNECTION_LOST, UNREADABLE -> true;
      case TIMEOUT, TOO_HEAVY, TOO_BIG, TOO_LARGE, UNREACHABLE -> false;
      case MISSING_TOKEN, BAD_CREDENTIALS, NOT_INSTALLED, QUOTA_EXHAUSTED, SECONDARY_LIMIT -> false;
      case FORBIDDEN, NOT_FOUND, PROTECTED_BRANCH, CONFLICT, INVALID, UNEXPECTED -> false;
      case BROKEN_TRACKER, STALE -> false;
    };
  }

  /// The exception by which an activity tells the engine.
  public RuntimeException toFailure(Throwable cause) {
    return switch (kind.meaning) {
      case PERMANENT -> new PermanentFailureException(kind.type, message, cause);
      case PASSING ->
          waitFor == null
              ? new TransientFailureException(kind.type, message, cause)
              : new TransientFailureException(kind.type, message, waitFor);
      case TOO_EARLY ->
          new DeferredException(
              message, Optional.ofNullable(waitFor).orElse(ProblemReader.SECONDARY_WAIT));
    };
  }
}
