package dev.backstitch.loadtest.load.arrival;

import java.util.SplittableRandom;

/// The intended times of an open loop: a Poisson process, which is what many independent clients
/// amount to. The same seed gives the same times.
///
/// Belongs to one thread.
final class Schedule {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double meanGapNanos;
  private final SplittableRandom random;
  private double atNanos;

  /// @param ratePerSecond more than 0
  Schedule(double ratePerSecond, long seed) {
    if (!(ratePerSecond > 0)) {
      throw new IllegalArgumentException("a rate must be more than 0, was " + ratePerSecond);
    }
    this.meanGapNanos = NANOS_PER_SECOND / ratePerSecond;
    this.random = new SplittableRandom(seed);
  }

  /// The next time, in nanoseconds from the beginning.
  long nextNanos() {
    // One minus a number in [0, 1) is never 0, which has no logarithm.
    atNanos -= Math.log(1 - random.nextDouble()) * meanGapNanos;
    return Math.round(atNanos);
  }
}
