package dev.backstitch.orchestrator.fencing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Visits every moment that can come about, nearest first, and stops at the first that must not be.
final class Explorer {
  private final Protocol protocol;
  private final int longestHistory;
  private final Map<String, Reached> reached = new HashMap<>();
  private final Deque<World> next = new ArrayDeque<>();

  private Explorer(Protocol protocol, int longestHistory) {
    this.protocol = protocol;
    this.longestHistory = longestHistory;
  }

  /// How a moment was first reached.
  private record Reached(@Nullable String from, String label) {}

  /// What was found.
  ///
  /// @param violation the property that is broken, if one is
  /// @param trace the shortest way there, one line per step
  record Result(int states, Duration time, @Nullable String violation, List<String> trace) {
    @Override
    public String toString() {
      String found =
          violation == null
              ? "no violation"
              : IntStream.range(0, trace.size())
                  .mapToObj(i -> "%3d. %s".formatted(i + 1, trace.get(i)))
                  .collect(Collectors.joining("\n", "\n", "\n  => " + violation));
      return "%,d states in %,d ms: %s".formatted(states, time.toMillis(), found);
    }
  }

  /// Explores all that two workers and that many runs can do.
  static Result explore(Protocol protocol, int runs, int longestHistory) {
    return new Explorer(protocol, longestHistory).explore(new World(2, runs));
  }

  private Result explore(World beginning) {
    long began = System.nanoTime();
    reached.put(beginning.key(), new Reached(null, ""));
    next.add(beginning);
    Result violated = null;
    while (violated == null && !next.isEmpty()) {
      violated = visit(next.remove(), began);
    }
    return violated != null ? violated : result(began, null, List.of());
  }

  private @Nullable Result visit(World world, long began) {
    String key = world.key();
    boolean atRest = true;
    for (Steps.Step step : Steps.from(world, protocol, longestHistory)) {
      atRest &= step.byFate();
      if (step.violation() != null) {
        return result(began, step.violation(), trace(key, step.label()));
      }
      if (reached.putIfAbsent(step.to().key(), new Reached(key, step.label())) == null) {
        next.add(step.to());
      }
    }
    String orphan = atRest ? orphan(world) : null;
    return orphan == null ? null : result(began, orphan, trace(key, "everything is at rest"));
  }

  private static @Nullable String orphan(World world) {
    if (world.workers.stream().noneMatch(World.Worker::isLive)) {
      return null;
    }
    for (int i = 0; i < world.runs.size(); i++) {
      int run = i;
      World.Run row = world.runs.get(run);
      boolean held =
          world.workers.stream().anyMatch(w -> w.isLive() && row.owner == w.id && w.known[run] > 0);
      if (!row.writers.isEmpty() && !held) {
        return "run " + run + " is left to nobody, although a worker lives";
      }
    }
    return null;
  }

  private List<String> trace(String key, String lastLabel) {
    List<String> labels = new ArrayList<>(List.of(lastLabel));
    Reached at = reached.get(key);
    while (at != null && at.from() != null) {
      labels.add(at.label());
      at = reached.get(at.from());
    }
    return labels.reversed();
  }

  private Result result(long began, @Nullable String violation, List<String> trace) {
    return new Result(
        reached.size(), Duration.ofNanos(System.nanoTime() - began), violation, trace);
  }
}
