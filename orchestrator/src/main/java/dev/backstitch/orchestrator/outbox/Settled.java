package dev.backstitch.orchestrator.outbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is known of one post when its delivery is over.
///
/// @param problem for a person
/// @param delay when there is a next try
public record Settled(String key, Fate fate, @Nullable String problem, Duration delay) {

  /// The labels are those of `finish_delivery`.
  public enum Fate {
    /// The target shows it.
    DELIVERED,
    /// The target does not have it, and nothing is on its way.
    ABSENT,
    /// The target can't tell.
    UNSURE,
    /// It did not arrive.
    RETRY,
    /// It may have arrived.
    UNKNOWN,
    /// It never will arrive.
    REFUSED,
    /// It was not tried.
    LATER
  }

  /// Without a problem or a next try.
  public static Settled of(String key, Fate fate) {
    return new Settled(key, fate, null, Duration.ZERO);
  }
}
