package dev.backstitch.activities.client;

/// Thrown by the client when a request did not get what it asked for. It stays inside this module:
/// activities turn it into what the engine knows.
public final class GitHubException extends RuntimeException {
  private final Problem problem;

  /// A problem that an answer told of.
  public GitHubException(Problem problem) {
    super(problem.kind().type() + ": " + problem.message());
    this.problem = problem;
  }

  /// A problem that an exception told of.
  public GitHubException(Problem problem, Throwable cause) {
    super(problem.kind().type() + ": " + problem.message(), cause);
    this.problem = problem;
  }

  /// What went wrong.
  public Problem problem() {
    return problem;
  }
}
