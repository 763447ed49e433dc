package dev.backstitch.orchestrator.lease;

import java.util.Set;

/// Another worker that lives, as of its last heartbeat.
///
/// @param runs how many runs it has in memory
/// @param room how many more it would take
/// @param queues what it serves
/// @param build what its build calls itself
public record Peer(long workerId, int runs, int room, Set<String> queues, String build) {

  /// Copies the set.
  public Peer {
    queues = Set.copyOf(queues);
  }

  /// Whether it can run whatever a worker of this build runs that serves these queues.
  public boolean canServe(String ownBuild, Set<String> ownQueues) {
    return build.equals(ownBuild) && queues.containsAll(ownQueues);
  }
}
