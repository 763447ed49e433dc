package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.run.RunId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// The runs that this worker has in memory: the sticky cache, and how well it works.
///
/// Safe for any thread.
final class RunCache {
  private final Map<RunId, LoadedRun> runs = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> sizes = new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  void add(LoadedRun run) {
    runs.put(run.id(), run);
    size(run.queue()).incrementAndGet();
  }

  /// Takes this very run away; another one with the same id stays.
  void remove(LoadedRun run) {
    if (runs.remove(run.id(), run)) {
      size(run.queue()).decrementAndGet();
    }
  }

  /// A run had something to do and was here.
  void countHit() {
    hits.increment();
  }

  /// A run had to be rebuilt by replay.
  void countMiss() {
    misses.increment();
  }

  Optional<LoadedRun> find(RunId id) {
    return Optional.ofNullable(runs.get(id));
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

  /// How many more runs of a queue may come. Those that only wait make room for those that are due,
  /// or a memory full of sleepers would keep the others out until they wake.
  int room(QueueLimits queue) {
    int free = queue.runsInMemory() - size(queue.name()).get();
    return free > 0 ? free : free + (int) waiting(queue.name()).count();
  }

  /// The waiting runs of a queue that have been quiet for longest, as many as there are runs above
  /// its limit.
  List<LoadedRun> quietestAbove(QueueLimits queue) {
    int excess = size(queue.name()).get() - queue.runsInMemory();
    return excess <= 0 ? List.of() : quietest(waiting(queue.name()), excess);
  }

  /// So many of the waiting runs, those that have been quiet for longest.
  List<LoadedRun> quietest(int most) {
    return quietest(runs.values().stream().filter(LoadedRun::isIdle), most);
  }

  private static List<LoadedRun> quietest(Stream<LoadedRun> waiting, int most) {
    // Read once each: a time that changed while it is compared would break the sorting.
    record Quiet(LoadedRun run, long sinceNanos) {}
    return waiting
        .map(run -> new Quiet(run, run.lastActiveNanos()))
        .sorted((a, b) -> Long.signum(a.sinceNanos() - b.sinceNanos()))
        .limit(most)
        .map(Quiet::run)
        .toList();
  }

  private Stream<LoadedRun> waiting(String queue) {
    return runs.values().stream().filter(run -> run.isIdle() && run.queue().equals(queue));
  }

  private AtomicInteger size(String queue) {
    return sizes.computeIfAbsent(queue, _ -> new AtomicInteger());
  }
}
