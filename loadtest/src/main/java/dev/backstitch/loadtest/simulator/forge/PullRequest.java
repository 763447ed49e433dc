package dev.backstitch.loadtest.simulator.forge;

import java.time.Instant;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// A pull request against the base repository.
///
/// @param author empty once the account was deleted (GitHub then shows a "ghost")
/// @param headRepository empty once the fork was deleted; the head stays readable in the base
/// @param head the commit at the tip, also of a closed pull request
/// @param closedAt empty while it is open
public record PullRequest(
    int number,
    long id,
    String title,
    Optional<User> author,
    Optional<Repository> headRepository,
    String headBranch,
    ObjectId head,
    String baseBranch,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> closedAt) {

  public boolean open() {
    return closedAt.isEmpty();
  }

  /// The ref of the base repository that follows this pull request.
  public String ref() {
    return "refs/pull/" + number + "/head";
  }

  PullRequest withHead(ObjectId newHead, Instant now) {
    return new PullRequest(
        number,
        id,
        title,
        author,
        headRepository,
        headBranch,
        newHead,
        baseBranch,
        createdAt,
        now,
        closedAt);
  }

  PullRequest withoutAuthor() {
    return new PullRequest(
        number,
        id,
        title,
        Optional.empty(),
        headRepository,
        headBranch,
        head,
        baseBranch,
        createdAt,
        updatedAt,
        closedAt);
  }

  PullRequest withoutHeadRepository() {
    return new PullRequest(
        number,
        id,
        title,
        author,
        Optional.empty(),
        headBranch,
        head,
        baseBranch,
        createdAt,
        updatedAt,
        closedAt);
  }

  PullRequest closed(Instant now) {
    return with(now, Optional.of(now));
  }

  PullRequest reopened(Instant now) {
    return with(now, Optional.empty());
  }

  private PullRequest with(Instant now, Optional<Instant> newClosedAt) {
    return new PullRequest(
        number,
        id,
        title,
        author,
        headRepository,
        headBranch,
        head,
        baseBranch,
        createdAt,
        now,
        newClosedAt);
  }
}
