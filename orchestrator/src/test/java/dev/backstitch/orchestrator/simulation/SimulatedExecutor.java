package dev.backstitch.orchestrator.simulation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// An executor of one process, on simulated time: each job a little later, on a thread of its own
/// if it may block.
public final class SimulatedExecutor extends AbstractExecutorService
    implements ScheduledExecutorService {
  private static final Duration LONGEST_WAY = Duration.ofMillis(1);

  private final Simulation simulation;
  private final SimulatedProcess process;
  private final boolean blocking;
  private boolean shutdown;

  /// @param blocking whether jobs may wait
  public SimulatedExecutor(Simulation simulation, SimulatedProcess process, boolean blocking) {
    this.simulation = simulation;
    this.process = process;
    this.blocking = blocking;
  }

  @Override
  public void execute(Runnable job) {
    if (simulation.isClosed()) {
      return;
    }
    Duration way = simulation.within(LONGEST_WAY);
    if (blocking) {
      SimulatedThread thread = simulation.thread(process, job);
      thread.thread().start();
      thread.resumeAfter(way);
    } else {
      simulation.after(way, process, job);
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable job, long delay, TimeUnit unit) {
    return schedule(Executors.callable(job), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> job, long delay, TimeUnit unit) {
    Scheduled<V> scheduled = new Scheduled<>(job, simulation.nanoTime() + unit.toNanos(delay));
    simulation.after(Duration.ofNanos(unit.toNanos(delay)), process, scheduled);
    return scheduled;
  }

  private final class Scheduled<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final long atNanos;

    Scheduled(Callable<V> job, long atNanos) {
      super(job);
      this.atNanos = atNanos;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(atNanos - simulation.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable job, long delay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException("nothing in the engine repeats by itself");
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable job, long delay, long pause, TimeUnit unit) {
    throw new UnsupportedOperationException("nothing in the engine repeats by itself");
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }
}
