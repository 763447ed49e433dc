package dev.backstitch.orchestrator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/// Times at which something is due. Immutable.
public sealed interface Schedule {

  /// The first due time behind a moment.
  Instant next(Instant after);

  /// Every so often, counted from the epoch: `every(30 min)` is due at each full and half hour, on
  /// whichever worker it is computed.
  ///
  /// @param interval whole seconds, 1 second to 366 days
  record Every(Duration interval) implements Schedule {
    private static final Duration LONGEST = Duration.ofDays(366);

    /// Checks the range.
    ///
    /// @throws IllegalArgumentException naming it
    public Every {
      if (interval.compareTo(Duration.ofSeconds(1)) < 0
          || interval.compareTo(LONGEST) > 0
          || !interval.equals(Duration.ofSeconds(interval.toSeconds()))) {
        throw new IllegalArgumentException(
            "an interval is whole seconds, from 1 second to 366 days, was " + interval);
      }
    }

    @Override
    public Instant next(Instant after) {
      long seconds = interval.toSeconds();
      return Instant.ofEpochSecond((Math.floorDiv(after.getEpochSecond(), seconds) + 1) * seconds);
    }
  }

  /// As cron has it, by the clocks of a zone.
  record Cron(CronExpression expression, ZoneId zone) implements Schedule {

    /// Checks that it is ever due.
    ///
    /// @throws IllegalArgumentException if it never is, such as on 31 February
    public Cron {
      expression.next(Instant.EPOCH, zone);
    }

    @Override
    public Instant next(Instant after) {
      return expression.next(after, zone);
    }
  }
}
