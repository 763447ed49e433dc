package dev.backstitch.activities.post;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A target whose place is a repository and whose posts are about its commits, one request or more
/// for each. Thread-safe if what extends it is.
///
/// @param <C> what is posted
public abstract class CommitTarget<C> implements PostTarget {
  private final Reach reach;
  private final OneByOne<C> oneByOne;

  /// @param content a record
  /// @param reach where repositories may be
  protected CommitTarget(Class<C> content, Reach reach, InstantSource clock) {
    this.reach = reach;
    this.oneByOne = new OneByOne<>(content, clock);
  }

  @Override
  public final @Nullable QuotaUse quota(Target target, boolean asks) {
    return RepositoryPlace.quota(target.place(), reach, asks);
  }

  @Override
  public final List<PostOutcome> deliver(Delivery delivery) throws InterruptedException {
    Repository repository;
    try {
      repository = RepositoryPlace.parse(delivery.target().place(), reach.apis());
    } catch (IllegalArgumentException e) {
      PostOutcome refused = new PostOutcome.Refused(String.valueOf(e.getMessage()));
      return delivery.items().stream().map(_ -> refused).toList();
    }
    Meter meter = new Meter(ApiUse.NONE, delivery.permit(), repository);
    return oneByOne.send(delivery.items(), sender(repository, meter));
  }

  /// What sends the posts of one delivery.
  protected abstract OneByOne.Sender<C> sender(Repository repository, Meter meter);

  @Override
  public final List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit)
      throws InterruptedException {
    Repository repository = RepositoryPlace.parse(target.place(), reach.apis());
    try {
      return answers(repository, doubts, new Meter(ApiUse.NONE, permit, repository));
    } catch (GitHubException failed) {
      throw failed.problem().toFailure(failed);
    }
  }

  /// What became of posts in doubt, one answer for each.
  ///
  /// @throws GitHubException if GitHub does not say
  protected abstract List<ReadBack> answers(Repository repository, List<Doubt> doubts, Meter meter)
      throws InterruptedException;

  /// Reads a content.
  ///
  /// @throws IllegalArgumentException if it is none
  protected final C read(String contentJson) {
    return oneByOne.read(contentJson);
  }
}
