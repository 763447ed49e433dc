package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.outbox.OutboxSummary;
import dev.backstitch.orchestrator.outbox.PostRetentionStore;
import dev.backstitch.orchestrator.outbox.PostStore;
import dev.backstitch.orchestrator.outbox.PostTally;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.outbox.TargetState;
import dev.backstitch.orchestrator.outbox.WaitingPost;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// Tells what became of posts, drives dead ones again, and forgets old ones. Needs no worker. Safe
/// for any thread.
public final class PostReader {
  private final Jdbi jdbi;

  PostReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// A reader on a migrated database.
  public static PostReader on(DataSource database) {
    return new PostReader(Jdbi.create(database));
  }

  /// What became of what a run has posted, oldest first.
  public List<RunPost> ofRun(RunId id, int limit) {
    return jdbi.withHandle(handle -> PostStore.postsOf(handle, id, limit));
  }

  /// How many changes of a run became how many posts, per target.
  public List<PostTally> talliesOf(RunId id) {
    return jdbi.withHandle(handle -> PostStore.talliesOf(handle, id));
  }

  /// The targets, those in trouble first.
  ///
  /// @param target as `kind:place`; null for all
  public List<TargetState> targets(@Nullable String target, int limit) {
    return jdbi.withHandle(handle -> PostStore.targets(handle, target, limit));
  }

  /// What is not delivered: dead posts first, then those that wait.
  ///
  /// @param target as `kind:place`; null for all
  public List<WaitingPost> undelivered(@Nullable String target, int limit) {
    return jdbi.withHandle(handle -> PostStore.undelivered(handle, target, limit));
  }

  /// Gives dead posts another life, and their target another chance at once.
  ///
  /// @param target as `kind:place`
  /// @param key null for all dead posts of the target
  /// @return how many; empty if nothing was ever posted to such a target
  public Optional<Integer> redrive(String target, @Nullable String key) {
    return jdbi.inTransaction(handle -> PostStore.redrive(handle, target, key));
  }

  /// How the whole outbox stands.
  public OutboxSummary summary() {
    return jdbi.withHandle(PostStore::summary);
  }

  /// Removes some of what is told of posts and deliveries whose time is over: versions that were
  /// delivered or superseded, of runs that have been closed for so long, and deliveries that began
  /// as long ago. The newest version of every key stays, and so does whatever waits, is in doubt or
  /// dead.
  ///
  /// @param keep for how long it is kept
  /// @param atMost so many rows of each are removed at the most; the caller comes back for more
  /// @return how many were removed
  public int forget(Duration keep, int atMost) {
    int posts = jdbi.withHandle(handle -> PostRetentionStore.forgetPosts(handle, keep, atMost));
    return posts
        + jdbi.withHandle(handle -> PostRetentionStore.forgetDeliveries(handle, keep, atMost));
  }
}
