package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.chaos.FaultPlan.Kind;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// How long recoveries took, by what had been broken. Safe for any thread.
final class RecoveryTimes {
  private final Map<Kind, Queue<Long>> millis = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();

  /// A measurement has begun: it ends by [#seen] or [#dropped], or the recovery was not seen.
  void began() {
    underWay.incrementAndGet();
  }

  /// A recovery was seen.
  void seen(Kind kind, long took) {
    // First this one: who sees the time finds it counted as seen.
    underWay.decrementAndGet();
    millis.computeIfAbsent(kind, _ -> new ConcurrentLinkedQueue<>()).add(took);
  }

  /// Nothing is left to recover: somebody ended what was measured.
  void dropped() {
    underWay.decrementAndGet();
  }

  /// How many began and were not seen, so far.
  int notSeen() {
    return underWay.get();
  }

  /// What was measured of some kinds.
  List<Long> of(Set<Kind> kinds) {
    return kinds.stream().flatMap(kind -> of(kind).stream()).toList();
  }

  /// What was measured of a kind.
  List<Long> of(Kind kind) {
    return List.copyOf(millis.getOrDefault(kind, new ConcurrentLinkedQueue<>()));
  }
}
