package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The outbox as a courier uses it: PostgreSQL, or its simulation.
public interface Outbox {

  /// How much is taken, and for how long.
  ///
  /// @param kinds of targets that can be delivered to here
  /// @param mostPosts at most so many at once
  /// @param lease how long nobody else gets the target
  /// @param breaker from so many failures in a row on a target is tried with one post only
  record Terms(List<String> kinds, int mostPosts, Duration lease, int breaker) {
    /// Copies the kinds.
    public Terms {
      kinds = List.copyOf(kinds);
    }
  }

  /// What is due for one target, which is nobody else's until the lease is over.
  ///
  /// @param failures deliveries in a row in which nothing arrived
  /// @param asks whether the posts are versions in doubt, to be asked about; otherwise they are the
  ///   newest, are marked as sent, and are to be sent
  /// @param posts one per key
  record Taken(long deliveryId, Target target, int failures, boolean asks, List<Post> posts) {
    /// Copies the posts.
    public Taken {
      posts = List.copyOf(posts);
    }
  }

  /// One version.
  ///
  /// @param attempts how often the newest version has been tried before
  /// @param sentBy the delivery that sends it, or sent it
  /// @param contentJson null for a version in doubt whose place a newer one has taken
  record Post(
      String key, PostVersion version, int attempts, long sentBy, @Nullable String contentJson) {}

  /// What became of a delivery.
  ///
  /// @param mostAttempts a version that failed so often is dead
  /// @param pause how long the target is left alone; zero if it is not
  /// @param receipt what the target calls the delivery
  record Report(
      long deliveryId,
      List<Settled> settled,
      int mostAttempts,
      Duration pause,
      @Nullable String receipt) {
    /// Copies the list.
    public Report {
      settled = List.copyOf(settled);
    }
  }

  /// Takes what is due for one target. Empty if there is nothing, or the worker has lost its fence.
  Optional<Taken> take(long workerId, Terms terms);

  /// Writes down what became of a delivery, and lets its target go.
  ///
  /// @return false if others have the target by now; nothing was changed
  boolean finish(Report report);
}
