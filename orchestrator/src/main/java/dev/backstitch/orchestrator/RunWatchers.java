package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.worker.RunObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Wakes those in this process who wait for something of a run. Only a hint, but for a run that
/// ends here: who waits looks at the database again by itself, too. Safe for any thread.
final class RunWatchers implements RunObserver {
  private final Map<RunId, List<Watch>> watches = new ConcurrentHashMap<>();

  @Override
  public void recorded(RunId id) {
    for (Watch watch : watches.getOrDefault(id, List.of())) {
      if (!watch.endOnly) {
        watch.signal.release();
      }
    }
  }

  @Override
  public void ended(RunId id, Event closing) {
    for (Watch watch : watches.getOrDefault(id, List.of())) {
      watch.closing = closing;
      watch.signal.release();
    }
  }

  @Override
  public void left(RunId id) {
    watches.getOrDefault(id, List.of()).forEach(watch -> watch.signal.release());
  }

  /// Begins to watch; look at the run after this, so that no change falls between.
  Watch watch(RunId id) {
    return add(new Watch(id, false));
  }

  /// As [#watch], but only for the run's end.
  Watch watchEnd(RunId id) {
    return add(new Watch(id, true));
  }

  private Watch add(Watch watch) {
    watches.merge(
        watch.id,
        List.of(watch),
        (waiting, added) -> Stream.concat(waiting.stream(), added.stream()).toList());
    return watch;
  }

  /// One who waits.
  final class Watch implements AutoCloseable {
    private final RunId id;
    private final boolean endOnly;
    private final Semaphore signal = new Semaphore(0);
    private volatile @Nullable Event closing;

    private Watch(RunId id, boolean endOnly) {
      this.id = id;
      this.endOnly = endOnly;
    }

    /// Waits for a change, but no longer than this.
    void await(Duration longest) {
      try {
        if (signal.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS)) {
          signal.drainPermits();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /// The run's last event, if it has ended in this process since.
    Optional<Event> closing() {
      return Optional.ofNullable(closing);
    }

    @Override
    public void close() {
      watches.computeIfPresent(
          id,
          (_, waiting) -> {
            List<Watch> others = waiting.stream().filter(watch -> watch != this).toList();
            return others.isEmpty() ? null : others;
          });
    }
  }
}
