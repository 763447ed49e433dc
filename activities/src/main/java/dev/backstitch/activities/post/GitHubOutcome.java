package dev.backstitch.activities.post;

import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.PostOutcome;

/// What a problem with GitHub means for a post.
public final class GitHubOutcome {
  private GitHubOutcome() {}

  /// The outcome of a post that met this problem.
  public static PostOutcome of(Problem problem) {
    if (problem.leavesOutcomeUnknown()) {
      return new PostOutcome.Unknown(problem.message());
    }
    if (problem.kind() == Kind.MISSING_TOKEN
        || problem.kind() == Kind.BAD_CREDENTIALS
        || problem.kind() == Kind.NOT_INSTALLED) {
      // No post's fault, and mended by whoever has the token: the circuit breaker waits for that.
      return new PostOutcome.Failed(problem.message());
    }
    RuntimeException failure = problem.toFailure(new IllegalStateException(problem.message()));
    if (failure instanceof DeferredException later) {
      return new PostOutcome.Later(problem.message(), later.delay());
    }
    return failure instanceof PermanentFailureException
        ? new PostOutcome.Refused(problem.message())
        : new PostOutcome.Failed(problem.message());
  }
}
