package dev.backstitch.orchestrator.lease;

import java.util.Set;

/// Another worker that lives, as of its last heartbeat.
///
/// @param runs how many runs it has in memory
/// @param room how many more it would take
/// @param queues what it serves
public record Peer(long workerId, int runs, int room, Set<String> queues) {

  /// Copies the set.
  public Peer {
    queues = Set.copyOf(queues);
  }
}
