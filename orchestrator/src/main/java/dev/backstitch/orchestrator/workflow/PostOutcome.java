package dev.backstitch.orchestrator.workflow;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What became of one item of a [PostTarget.Delivery]. Problems are for a person and hold no
/// secret.
public sealed interface PostOutcome {

  /// The target shows it.
  ///
  /// @param receipt what the target calls the delivery, such as a commit; null if it has no name
  record Delivered(@Nullable String receipt) implements PostOutcome {}

  /// It did not arrive, and another try may help.
  record Failed(String problem) implements PostOutcome {}

  /// It may have arrived: the target is asked before the next try.
  record Unknown(String problem) implements PostOutcome {}

  /// It never will arrive as it is.
  record Refused(String problem) implements PostOutcome {}

  /// The target must not be bothered now, because a quota is used up for instance. No attempt.
  ///
  /// @param delay for how long
  record Later(String reason, Duration delay) implements PostOutcome {}
}
