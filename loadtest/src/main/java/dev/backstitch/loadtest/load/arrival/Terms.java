package dev.backstitch.loadtest.load.arrival;

import java.time.Duration;
import java.util.OptionalDouble;

/// What a generator is to do.
///
/// @param rate operations per second in an open loop; empty for a closed loop
/// @param inFlight how many clients a closed loop has; in an open loop the most operations at a
///   time, later ones wait and are charged for it
/// @param mostOperations after how many it ends
/// @param longest after how long it ends
/// @param seed of the open loop's times
public record Terms(
    OptionalDouble rate, int inFlight, long mostOperations, Duration longest, long seed) {

  /// @throws IllegalArgumentException naming the component and its range
  public Terms {
    if (inFlight < 1) {
      throw new IllegalArgumentException("inFlight must be at least 1, was " + inFlight);
    }
    if (mostOperations < 1) {
      throw new IllegalArgumentException(
          "mostOperations must be at least 1, was " + mostOperations);
    }
    if (!longest.isPositive()) {
      throw new IllegalArgumentException("longest must be positive, was " + longest);
    }
  }
}
