package dev.backstitch.orchestrator.worker;

import java.time.Duration;
import java.util.OptionalInt;

/// How a worker with more runs than the others lets them catch up.
///
/// It compares itself with the worker that has the fewest, of those that could take its runs and
/// have room. Well above that one, it is patient in claiming; far above, it hands some of its runs
/// over. Small differences are left alone: moving a run costs a replay.
final class Balance {
  private static final int SMALLEST_DIFFERENCE = 100;
  private static final int MOST_AT_ONCE = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private Balance() {}

  /// How long a run must have been due before this worker claims it.
  ///
  /// @param mine how many runs this worker has in memory
  /// @param fewest how many the least busy of the others has; empty if there is none
  static Duration patience(int mine, OptionalInt fewest) {
    return fewest.isPresent() && mine > fewest.getAsInt() + slack(mine) ? PATIENCE : Duration.ZERO;
  }

  /// How many runs this worker should hand over now.
  static int excess(int mine, OptionalInt fewest) {
    if (fewest.isEmpty() || mine <= fewest.getAsInt() + 2 * slack(mine)) {
      return 0;
    }
    return Math.min((mine - fewest.getAsInt()) / 2, MOST_AT_ONCE);
  }

  private static int slack(int mine) {
    return Math.max(SMALLEST_DIFFERENCE, mine / 8);
  }
}
