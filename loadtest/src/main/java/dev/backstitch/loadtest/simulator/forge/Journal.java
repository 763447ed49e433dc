package dev.backstitch.loadtest.simulator.forge;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/// What things were before they changed, as far back as a [Replica] may lag. Thread-safe.
final class Journal<K, V> {

  private record Change<K, V>(Instant at, K key, Optional<V> before) {}

  private final SimulatorClock clock;
  private final Duration kept;
  private final Deque<Change<K, V>> changes = new ArrayDeque<>();

  Journal(SimulatorClock clock, Duration kept) {
    this.clock = clock;
    this.kept = kept;
  }

  /// Something changes now.
  ///
  /// @param before what it was, empty if it was not there
  synchronized void changed(K key, Optional<V> before) {
    Instant now = clock.now();
    while (!changes.isEmpty() && changes.getFirst().at().isBefore(now.minus(kept))) {
      changes.removeFirst();
    }
    changes.addLast(new Change<>(now, key, before));
  }

  /// What everything that has changed since then was at that instant.
  synchronized Map<K, Optional<V>> asOf(Instant instant) {
    Map<K, Optional<V>> before = new HashMap<>();
    Iterator<Change<K, V>> newestFirst = changes.descendingIterator();
    while (newestFirst.hasNext()) {
      Change<K, V> change = newestFirst.next();
      if (!change.at().isAfter(instant)) {
        break;
      }
      before.put(change.key(), change.before());
    }
    return before;
  }
}
