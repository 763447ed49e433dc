package dev.backstitch.api.timeline;

import java.time.Instant;

/// A stretch of a command's life.
///
/// @param note what else there is to say, such as the failure; may be empty
public record Segment(Phase phase, Instant from, Instant to, String note) {

  /// @throws IllegalArgumentException if it ends before it begins
  public Segment {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("a segment from " + from + " cannot end at " + to);
    }
  }
}
