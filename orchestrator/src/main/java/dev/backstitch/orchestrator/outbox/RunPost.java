package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.workflow.PostVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One version that a run has posted, and what became of it.
///
/// @param target as `kind:place`
/// @param deliveryId the delivery that brought it; posts with the same one left together
public record RunPost(
    PostVersion version,
    String target,
    String key,
    Instant recordedAt,
    Fate fate,
    @Nullable Instant deliveredAt,
    @Nullable Long deliveryId) {

  /// The words of the view `post_fate`.
  public enum Fate {
    /// It waits for its turn.
    RECORDED,
    /// It was sent, and nobody knows yet what became of it.
    DELIVERING,
    /// The target shows it, or has shown it.
    DELIVERED,
    /// The target showed the same before, so it was not sent.
    UNCHANGED,
    /// A newer version took its place before it was sent.
    SUPERSEDED,
    /// The target refused it, or it failed too often.
    DEAD
  }
}
