package dev.backstitch.orchestrator.replay;

import java.util.UUID;

/// Random numbers that a run gets again on every replay, under any JDK: SplitMix64 (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014), written out here because
/// the algorithms behind `java.util.random` may change.
///
/// Belongs to whoever holds the baton.
final class RunRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double DOUBLE_UNIT = 0x1.0p-53;

  private long state;

  RunRandom(long seed) {
    this.state = seed;
  }

  long nextLong() {
    state += GOLDEN_GAMMA;
    long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /// Evenly distributed in `[0, 1)`.
  double nextDouble() {
    return (nextLong() >>> 11) * DOUBLE_UNIT;
  }

  /// Version 4, variant 2, as RFC 9562 lays them out.
  UUID nextUuid() {
    long high = (nextLong() & ~0xF000L) | 0x4000L;
    long low = (nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
