package dev.backstitch.api.run;

import dev.backstitch.orchestrator.outbox.PostTally;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.outbox.TargetState;
import dev.backstitch.orchestrator.outbox.WaitingPost;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answers about posts. A member without a value is there and null.
public final class PostDocuments {
  private PostDocuments() {}

  /// What a run has posted.
  ///
  /// @param targets how many changes became how many posts
  /// @param posts every version, oldest first, 1,000 at the most
  public record RunPostsDocument(RunId runId, List<PostTally> targets, List<PostDocument> posts) {

    /// Copies the lists.
    public RunPostsDocument {
      targets = List.copyOf(targets);
      posts = List.copyOf(posts);
    }
  }

  /// One version, and what became of it.
  public record PostDocument(
      int seq,
      String target,
      String key,
      RunPost.Fate fate,
      Instant recordedAt,
      @Nullable Instant deliveredAt,
      @Nullable Long deliveryId) {

    /// The post of a run that is named elsewhere.
    public static PostDocument of(RunPost post) {
      return new PostDocument(
          post.version().seq(),
          post.target(),
          post.key(),
          post.fate(),
          post.recordedAt(),
          post.deliveredAt(),
          post.deliveryId());
    }
  }

  /// The outbox.
  ///
  /// @param targets those in trouble first
  /// @param undelivered dead posts first, then those that wait
  public record OutboxDocument(List<TargetState> targets, List<UndeliveredDocument> undelivered) {

    /// Copies the lists.
    public OutboxDocument {
      targets = List.copyOf(targets);
      undelivered = List.copyOf(undelivered);
    }

    /// The outbox as it stands.
    public static OutboxDocument of(List<TargetState> targets, List<WaitingPost> waiting) {
      return new OutboxDocument(targets, waiting.stream().map(UndeliveredDocument::of).toList());
    }
  }

  /// The newest version of a key that is not delivered.
  public record UndeliveredDocument(
      String target,
      String key,
      RunId runId,
      int seq,
      boolean dead,
      boolean inDoubt,
      Instant dueAt,
      int attempts,
      @Nullable String problem) {

    private static UndeliveredDocument of(WaitingPost post) {
      return new UndeliveredDocument(
          post.target(),
          post.key(),
          post.version().runId(),
          post.version().seq(),
          post.dead(),
          post.inDoubt(),
          post.dueAt(),
          post.attempts(),
          post.problem());
    }
  }

  /// Dead posts that were given another life.
  public record RedrivenDocument(String target, int redriven) {}
}
