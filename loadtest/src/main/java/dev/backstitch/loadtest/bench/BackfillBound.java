package dev.backstitch.loadtest.bench;

import dev.backstitch.orchestrator.quota.QuotaRules;
import java.time.Duration;

/// Until when a backfill under the ledger has to be done, as a share of the window that begins with
/// the reset. The reasons are in docs/quota.md.
///
/// Two things take their time. The ledger spreads what is left above the reserve over a quarter of
/// the time to the next reset, anew at each call (decision 0014). And those that wait for the reset
/// come back one by one, in a line whose steps are 50 ms at the least: in an hour that is no bound,
/// in an hour that is played in minutes it is.
final class BackfillBound {
  private static final QuotaRules RULES = QuotaRules.DEFAULT;
  private static final double STEP_SECONDS = 0.05;

  /// Nobody comes back earlier, since a reset jitters.
  private static final double MARGIN_SECONDS = 2;

  /// For the call that finds out what is left, and for a machine that has other things to do.
  private static final double SLACK = 0.1;

  private static final int PARTS = 10_000;

  private BackfillBound() {}

  /// @param perWindow points of a window
  /// @param left bulk calls that are not done at the reset, of a point each
  /// @param live points that live calls use in a window
  static double ofWindow(int perWindow, long left, int live, Duration window) {
    int part = perWindow - RULES.reserve();
    double seconds = window.toMillis() / 1e3;
    double step = Math.max(STEP_SECONDS, RULES.spread() * seconds / part);
    double line = (MARGIN_SECONDS + left * step) / seconds;
    return Math.max(line, spread(part, left, live)) + SLACK;
  }

  /// The share of a window that the spread takes; 1 if it is not enough for all of them.
  private static double spread(double part, long left, int live) {
    double above = part;
    double done = 0;
    for (int i = 0; i < PARTS; i++) {
      double toReset = 1 - (double) i / PARTS;
      double bulk = above / (RULES.spread() * toReset) / PARTS;
      done += bulk;
      above -= bulk + (double) live / PARTS;
      if (done >= left) {
        return (i + 1.0) / PARTS;
      }
      if (above <= 0) {
        return 1;
      }
    }
    return 1;
  }
}
