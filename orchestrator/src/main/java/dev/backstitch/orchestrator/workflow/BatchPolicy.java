package dev.backstitch.orchestrator.workflow;

import java.time.Duration;
import java.util.function.Function;

/// How calls are gathered into batches.
///
/// @param max the largest batch, 1 to 10,000
/// @param linger how long the first call of a batch waits for others, 0 to 10 s
/// @param group calls with an equal group may share a batch
/// @param <C> the call
public record BatchPolicy<C>(int max, Duration linger, Function<? super C, ?> group) {

  /// @throws IllegalArgumentException naming the component and its range
  public BatchPolicy {
    if (max < 1 || max > 10_000) {
      throw new IllegalArgumentException("max must be 1 to 10000, was " + max);
    }
    if (linger.isNegative() || linger.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new IllegalArgumentException("linger must be 0 to 10 s, was " + linger);
    }
  }
}
