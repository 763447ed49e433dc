package dev.backstitch.orchestrator.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// What a worker would claim.
///
/// @param rooms how many runs of each queue at the most
/// @param patience how long a run must have been due: others have the first pick
record Appetite(Map<String, Integer> rooms, Duration patience) {

  Appetite {
    rooms = Map.copyOf(rooms);
  }

  boolean isEmpty() {
    return rooms.isEmpty();
  }

  /// The same with no more of any queue than a limit, and without queues that have no room.
  Appetite atMost(int limit) {
    Map<String, Integer> limited = new HashMap<>();
    rooms.forEach((queue, room) -> {
      if (room > 0) {
        limited.put(queue, Math.min(limit, room));
      }
    });
    return new Appetite(limited, patience);
  }
}
