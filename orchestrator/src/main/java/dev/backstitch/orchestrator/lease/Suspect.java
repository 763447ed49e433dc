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

  /// Whether it can be taken for dead.
  ///
  /// When the database itself was away, every session is gone and every lease may be over, and
  /// nobody is dead: so the signs count only after a time of calm in which the living had the
  /// chance to come back. A process of this very machine that does not exist needs no such time.
  ///
  /// @param calm for how long the asker's own session has not broken
  /// @param grace how long the living are given to come back
  /// @param thisHost where the asker runs
  boolean isDead(Duration calm, Duration grace, String thisHost) {
    Duration undisturbed = calm.compareTo(serverUp) < 0 ? calm : serverUp;
    if (sessionGone) {
      return undisturbed.compareTo(grace) >= 0
          || (host.equals(thisHost) && ProcessHandle.of(processId).isEmpty());
    }
    return leaseOver && undisturbed.compareTo(lease) >= 0;
  }
}
