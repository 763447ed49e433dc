package dev.backstitch.orchestrator.lease;

import java.time.Duration;

/// A worker of which something is amiss.
///
/// @param host where it said it runs
/// @param processId its process there
/// @param lease how long it may be silent
/// @param sessionGone whether nobody holds its session lock
/// @param leaseOver whether it has been silent for longer than its lease
/// @param serverUp how long the database server has been running
record Suspect(
    long workerId,
    String host,
    long processId,
    Duration lease,
    boolean sessionGone,
    boolean leaseOver,
    Duration serverUp) {
  /// Longer than a living worker takes to notice that its session broke and to open another.
  private static final Duration CONFIRMED = Duration.ofMillis(500);

  /// Whether it can be taken for dead.
  ///
  /// When the database itself was away, every session is gone and every lease may be over, and
  /// nobody is dead: so the signs count only after a time of calm in which the living had the
  /// chance to come back. A process of this very machine that does not exist needs no such time.
  ///
  /// A session alone may have been cut: its worker opens another one at once, so the lock must be
  /// free for a while.
  ///
  /// @param goneFor for how long its session has been seen to be gone
  /// @param calm for how long the asker's own session has not broken
  /// @param grace how long the living are given to come back
  /// @param thisHost where the asker runs
  boolean isDead(Duration goneFor, Duration calm, Duration grace, String thisHost) {
    Duration undisturbed = calm.compareTo(serverUp) < 0 ? calm : serverUp;
    if (sessionGone
        && host.equals(thisHost)
        && !host.equals(WorkerLease.UNKNOWN_HOST)
        && ProcessHandle.of(processId).isEmpty()) {
      return true;
    }
    if (sessionGone && goneFor.compareTo(CONFIRMED) >= 0 && undisturbed.compareTo(grace) >= 0) {
      return true;
    }
    return leaseOver && undisturbed.compareTo(lease) >= 0;
  }
}
