package dev.backstitch.loadtest.engines;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A [Gate] for each group of runs. Safe for any thread.
final class Gates {
  private final Map<Integer, Gate> gates = new ConcurrentHashMap<>();

  /// The one of a group, at which everybody is held at first.
  Gate of(int group) {
    return gates.computeIfAbsent(group, _ -> new Gate());
  }

  /// Holds nobody any more who was held.
  void open() {
    gates.values().forEach(Gate::open);
  }
}
