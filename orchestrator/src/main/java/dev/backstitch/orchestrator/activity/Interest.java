package dev.backstitch.orchestrator.activity;

import org.jspecify.annotations.Nullable;

/// Whether the run still wants what an attempt brings. Safe for any thread.
public final class Interest {
  private boolean lost;
  private @Nullable Runnable whenLost;

  /// The run has no more use for it: an attempt that waits is not begun, one that runs is
  /// interrupted, and neither is reported.
  public void withdraw() {
    Runnable interruption;
    synchronized (this) {
      lost = true;
      interruption = whenLost;
      whenLost = null;
    }
    if (interruption != null) {
      interruption.run();
    }
  }

  synchronized boolean isLost() {
    return lost;
  }

  /// Runs this when the interest is lost, or at once if it was before.
  void whenLost(Runnable interruption) {
    synchronized (this) {
      if (!lost) {
        whenLost = interruption;
        return;
      }
    }
    interruption.run();
  }
}
