package dev.backstitch.orchestrator.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What will happen, in the order of simulated time. Belongs to one thread.
public final class Simulation implements AutoCloseable {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final SplittableRandom chance;
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
  private final List<SimulatedThread> threads = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private long nowNanos;
  private long numbers;
  private boolean closed;
  private @Nullable SimulatedThread current;

  private record Task(
      long atNanos, long number, @Nullable SimulatedProcess process, Runnable work) {}

  public Simulation(long seed) {
    this.chance = new SplittableRandom(seed);
  }

  public SplittableRandom chance() {
    return chance;
  }

  /// A random time below that.
  public Duration within(Duration most) {
    return Duration.ofNanos(chance.nextLong(most.toNanos()) / 1_000 * 1_000);
  }

  public Instant now() {
    return BEGINNING.plusNanos(nowNanos);
  }

  public long nanoTime() {
    return nowNanos;
  }

  /// Lets something happen later. What belongs to a process that is dead by then does not happen,
  /// and what belongs to a frozen one happens when it wakes up.
  public void after(Duration delay, @Nullable SimulatedProcess process, Runnable work) {
    tasks.add(new Task(nowNanos + Math.max(0, delay.toNanos()), ++numbers, process, work));
  }

  /// Lets the next thing happen.
  ///
  /// @return false if nothing is left
  public boolean step() {
    Task task = tasks.poll();
    if (task == null) {
      return false;
    }
    nowNanos = task.atNanos();
    SimulatedProcess process = task.process();
    if (process == null || process.admits(task.work())) {
      task.work().run();
    }
    return true;
  }

  /// Adds a line to the story, by which two runs of one seed are compared.
  public void tell(String line) {
    story.add("%,14d µs  %s".formatted(nowNanos / 1_000, line));
  }

  public List<String> story() {
    return List.copyOf(story);
  }

  /// A thread whose work waits by [#pause].
  public SimulatedThread thread(SimulatedProcess process, Runnable work) {
    SimulatedThread thread = new SimulatedThread(this, process, work);
    threads.add(thread);
    return thread;
  }

  /// Called on a simulated thread: waits.
  public void pause(Duration duration) {
    SimulatedThread thread = current();
    thread.resumeAfter(duration);
    thread.pause();
  }

  /// The simulated thread that runs at this moment.
  public SimulatedThread current() {
    SimulatedThread thread = current;
    if (thread == null) {
      throw new IllegalStateException("no simulated thread runs at this moment");
    }
    return thread;
  }

  void running(@Nullable SimulatedThread thread) {
    current = thread;
  }

  public boolean isClosed() {
    return closed;
  }

  /// Ends every thread.
  @Override
  public void close() {
    closed = true;
    tasks.clear();
    threads.forEach(SimulatedThread::end);
  }
}
