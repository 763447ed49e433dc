package dev.backstitch.loadtest.contest;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Works unmeasured until the compiler rests.
///
/// After ten seconds of the same work it still took a third of the engine's processor time, which
/// would be counted as the price of a step; how long that goes on is different for each engine.
final class WarmUp {
  private static final Duration LONGEST_SLICE = Duration.ofSeconds(1);

  /// What the compiler may take of a slice's time, and in how many of them one after the other.
  private static final double LITTLE = 0.05;

  private static final int ENOUGH = 3;

  private static final CompilationMXBean COMPILER =
      Objects.requireNonNull(ManagementFactory.getCompilationMXBean(), "a compiler");

  private WarmUp() {}

  /// Does such work until then.
  ///
  /// @param atMost after how many runs and how much time it ends anyway
  /// @return whether the compiler rests
  static boolean perform(Session session, Work atMost) throws Exception {
    long until = System.nanoTime() + atMost.time().toNanos();
    Duration quarter = atMost.time().dividedBy(4);
    Duration slice = quarter.compareTo(LONGEST_SLICE) < 0 ? quarter : LONGEST_SLICE;
    long runsLeft = atMost.atMostRuns();
    int rested = 0;
    while (rested < ENOUGH && runsLeft > 0 && System.nanoTime() < until) {
      Latencies done = new Latencies();
      long began = System.nanoTime();
      long compiled = COMPILER.getTotalCompilationTime();
      session.perform(new Work(atMost.steps(), atMost.inFlight(), runsLeft, slice), done);
      compiled = COMPILER.getTotalCompilationTime() - compiled;
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      runsLeft -= done.count();
      rested = compiled < LITTLE * took ? rested + 1 : 0;
    }
    return rested >= ENOUGH;
  }
}
