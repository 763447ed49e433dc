package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.database.DatabaseClock;
import dev.backstitch.orchestrator.timer.TimerService;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gathers attempts of one activity into batches: by group, up to a size, for at most a moment.
///
/// Safe for any thread.
final class Batcher {
  private final BatchPolicy<Call<?>> policy;
  private final TimerService timers;
  private final DatabaseClock clock;
  private final Consumer<List<Attempt>> serve;
  private final Map<@Nullable Object, List<Attempt>> filling = new HashMap<>();

  Batcher(
      BatchPolicy<Call<?>> policy,
      TimerService timers,
      DatabaseClock clock,
      Consumer<List<Attempt>> serve) {
    this.policy = policy;
    this.timers = timers;
    this.clock = clock;
    this.serve = serve;
  }

  /// The group of an attempt. User code: it may throw.
  @Nullable Object groupOf(Attempt attempt) {
    return policy.group().apply(attempt.call());
  }

  /// An attempt with the group it belongs to.
  record Grouped(Attempt attempt, @Nullable Object group) {}

  /// Adds attempts that came together, so that a pause between them can't tear them apart.
  void add(List<Grouped> attempts) {
    List<List<Attempt>> full = new ArrayList<>();
    synchronized (this) {
      for (Grouped grouped : attempts) {
        Object group = grouped.group();
        List<Attempt> batch = filling.get(group);
        if (batch == null) {
          batch = new ArrayList<>();
          filling.put(group, batch);
          lingerFor(group, batch);
        }
        batch.add(grouped.attempt());
        if (batch.size() >= policy.max()) {
          filling.remove(group);
          full.add(batch);
        }
      }
    }
    full.forEach(batch -> serve.accept(List.copyOf(batch)));
  }

  private void lingerFor(@Nullable Object group, List<Attempt> batch) {
    timers.at(
        clock.instant().plus(policy.linger()),
        () -> {
          List<Attempt> due = takeIfStillFilling(group, batch);
          if (due != null) {
            serve.accept(List.copyOf(due));
          }
        });
  }

  @SuppressWarnings("ReferenceEquality") // The very list: an equal one may be a later batch.
  private synchronized @Nullable List<Attempt> takeIfStillFilling(
      @Nullable Object group, List<Attempt> batch) {
    if (filling.get(group) != batch) {
      return null;
    }
    return filling.remove(group);
  }
}
