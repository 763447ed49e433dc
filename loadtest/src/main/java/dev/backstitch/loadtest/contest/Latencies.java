package dev.backstitch.loadtest.contest;

import java.util.Arrays;

/// How long runs took. Safe for any thread.
public final class Latencies {
  private static final int FIRST_ROOM = 1_024;

  private long[] nanos = new long[FIRST_ROOM];
  private int count;

  /// One run has ended.
  public synchronized void add(long tookNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = tookNanos;
  }

  /// How many runs have ended.
  public synchronized int count() {
    return count;
  }

  /// The time within which this share of the runs ended, in milliseconds.
  ///
  /// @param share more than 0, at most 1
  /// @throws IllegalStateException if no run has ended
  public synchronized double millis(double share) {
    if (count == 0) {
      throw new IllegalStateException("no run has ended");
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int rank = Math.max(1, (int) Math.ceil(share * count));
    return sorted[rank - 1] / 1e6;
  }
}
