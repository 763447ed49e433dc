package dev.backstitch.orchestrator.timer;

import dev.backstitch.orchestrator.database.DatabaseClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Runs short actions at their time, never early on the database's clock.
///
/// It holds nothing durable: what must survive a crash is an event or a `wake_at`, and is armed
/// here again when its run is loaded. Actions must only hand work over, because one thread runs
/// them all. Safe for any thread.
public final class TimerService implements AutoCloseable {
  private static final long LONGEST_WAIT_MILLIS = Duration.ofHours(1).toMillis();

  private final DatabaseClock clock;
  private final ScheduledExecutorService executor;

  /// Starts the thread when the first timer is set.
  public TimerService(DatabaseClock clock) {
    this(clock, oneThread());
  }

  TimerService(DatabaseClock clock, ScheduledExecutorService executor) {
    this.clock = clock;
    this.executor = executor;
  }

  private static ScheduledExecutorService oneThread() {
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timers").factory());
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return thread;
  }

  /// A timer that can be taken back.
  public static final class Armed {
    private volatile boolean cancelled;
    private volatile Future<?> step = java.util.concurrent.CompletableFuture.completedFuture(null);

    /// Makes sure that the action does not start any more, unless it already has.
    public void cancel() {
      cancelled = true;
      step.cancel(false);
    }
  }

  /// Runs the action at the time, or at once if that has passed.
  public Armed at(Instant time, Runnable action) {
    Armed armed = new Armed();
    arm(armed, time, action);
    return armed;
  }

  /// Stops; actions whose time has not come never run.
  @Override
  public void close() {
    executor.shutdownNow();
  }

  private void arm(Armed armed, Instant time, Runnable action) {
    if (executor.isShutdown()) {
      return;
    }
    // Capped, so that a correction of the clock is noticed; rounded up, so that it is never early.
    long millis =
        Math.min(Duration.between(clock.instant(), time).toMillis() + 1, LONGEST_WAIT_MILLIS);
    try {
      armed.step =
          executor.schedule(
              () -> {
                if (armed.cancelled) {
                  return;
                }
                if (clock.instant().isBefore(time)) {
                  arm(armed, time, action);
                } else {
                  action.run();
                }
              },
              Math.max(0, millis),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Closed in this very moment, which is the same as a moment later.
      armed.cancelled = true;
    }
  }
}
