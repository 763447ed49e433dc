package dev.backstitch.loadtest.contest;

import java.time.Duration;

/// An amount of work.
///
/// @param steps of each run
/// @param inFlight how many runs are open at a time
/// @param atMostRuns after which no run is started any more
/// @param time after which no run is started any more
public record Work(int steps, int inFlight, long atMostRuns, Duration time) {

  /// @throws IllegalArgumentException if there is nothing to do
  public Work {
    if (steps < 1 || inFlight < 1 || atMostRuns < 1 || !time.isPositive()) {
      throw new IllegalArgumentException("there must be something to do in every respect");
    }
  }
}
