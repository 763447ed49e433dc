package dev.backstitch.loadtest.load.arrival;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The clock of a generator.
interface Pace {
  /// How long a wait may go on before it is looked whether all is to end.
  Duration LOOK = Duration.ofMillis(20);

  /// Nanoseconds since some moment.
  long nanoTime();

  /// Waits until then, but no longer than [#LOOK]; not at all if it is past.
  void towards(long nanos);

  /// The machine's clock.
  static Pace real() {
    return new Pace() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void towards(long nanos) {
        long left = Math.min(nanos - System.nanoTime(), LOOK.toNanos());
        if (left > 0) {
          LockSupport.parkNanos(left);
        }
      }
    };
  }
}
