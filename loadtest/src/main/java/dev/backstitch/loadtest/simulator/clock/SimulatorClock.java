package dev.backstitch.loadtest.simulator.clock;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// The clock of the simulated GitHub. Thread-safe.
///
/// [#advance] moves time itself: quota windows end, blocks expire. [#skew] only falsifies what is
/// told to clients (`Date`, `x-ratelimit-reset`, `resetAt`), as a server with a wrong clock does.
public final class SimulatorClock {

  private final Clock base;
  private Duration advanced = Duration.ZERO;
  private Duration skew = Duration.ZERO;

  public SimulatorClock(Clock base) {
    this.base = base;
  }

  public synchronized Instant now() {
    return base.instant().plus(advanced);
  }

  /// Moves time forward.
  ///
  /// @throws IllegalArgumentException when the duration is negative: time never goes back
  public synchronized void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("The clock only moves forward, not by " + duration);
    }
    advanced = advanced.plus(duration);
  }

  /// Sets how far the server's clock is off; zero makes it right again.
  public synchronized void skew(Duration offset) {
    skew = offset;
  }

  /// An instant as clients are told it.
  public synchronized Instant shown(Instant instant) {
    return instant.plus(skew);
  }
}
