package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.run.RunId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// The runs that this worker has in memory: the sticky cache, and how well it works.
///
/// Safe for any thread.
final class RunCache {
  private final Map<RunId, LoadedRun> runs = new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  void add(LoadedRun run) {
    runs.put(run.id(), run);
  }

  /// Takes this very run away; another one with the same id stays.
  void remove(LoadedRun run) {
    runs.remove(run.id(), run);
  }

  /// A run had something to do and was here.
  void countHit() {
    hits.increment();
  }

  /// A run had to be rebuilt by replay.
  void countMiss() {
    misses.increment();
  }

  boolean has(RunId id) {
    return runs.containsKey(id);
  }

  int size() {
    return runs.size();
  }

  long hits() {
    return hits.sum();
  }

  long misses() {
    return misses.sum();
  }

  Collection<LoadedRun> all() {
    return List.copyOf(runs.values());
  }

  /// How many runs only wait, so that they could leave.
  int idle() {
    return (int) runs.values().stream().filter(LoadedRun::isIdle).count();
  }

  /// The waiting runs that have been quiet for longest, as many as there are runs above the limit.
  List<LoadedRun> quietestAbove(int limit) {
    int excess = runs.size() - limit;
    if (excess <= 0) {
      return List.of();
    }
    // Read once each: a time that changed while it is compared would break the sorting.
    record Quiet(LoadedRun run, long sinceNanos) {}
    return runs.values().stream()
        .filter(LoadedRun::isIdle)
        .map(run -> new Quiet(run, run.lastActiveNanos()))
        .sorted((a, b) -> Long.signum(a.sinceNanos() - b.sinceNanos()))
        .limit(excess)
        .map(Quiet::run)
        .toList();
  }
}
