package dev.backstitch.loadtest.bench;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The rule of pulldasher's pacer (iFixit/pulldasher#473, `lib/pacer.js`), as it stands there: one
/// per process, spread over the whole time to the reset, a reserve of 1,000.
final class PulldasherPacer {
  private static final long RESERVE = 1_000;

  private @Nullable Long remaining;
  private @Nullable Instant reset;
  private @Nullable Long used;
  private @Nullable Long lastUsed;
  private Instant nextSlot = Instant.EPOCH;

  /// Takes over what an answer said, whatever its status.
  synchronized void observe(long nowRemaining, long nowUsed, Instant nowReset) {
    remaining = nowRemaining;
    used = nowUsed;
    reset = nowReset;
  }

  /// How long the next bulk call has to wait.
  synchronized Duration delay(Instant now) {
    Long baseline = used == null ? lastUsed : used;
    if (remaining == null || reset == null || !reset.isAfter(now)) {
      nextSlot = now;
      lastUsed = baseline;
      return Duration.ZERO;
    }
    Duration untilReset = Duration.between(now, reset);
    if (remaining <= RESERVE) {
      nextSlot = reset;
      lastUsed = baseline;
      return untilReset;
    }
    double interval = untilReset.toNanos() / (double) (remaining - RESERVE);
    long spent = used == null || lastUsed == null ? 0 : Math.max(0, used - lastUsed);
    Instant due = nextSlot.plusNanos((long) (spent * interval));
    Instant slot = due.isAfter(now) ? due : now;
    nextSlot = slot;
    lastUsed = baseline;
    return Duration.between(now, slot);
  }
}
