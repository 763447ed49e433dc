package dev.backstitch.orchestrator.activity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A bound on how many jobs run at a time; the others wait in order. Safe for any thread.
///
/// A job may free its slot before it ends, when what is left of it is no part of the bound. One
/// that was given up on does: were it to hold its slot, a few handlers that ignore their interrupt
/// would keep all other calls waiting for ever.
final class Slots {
  private final int limit;
  private final Executor executor;
  private final Deque<Consumer<Slot>> waiting = new ArrayDeque<>();
  private int running;

  Slots(int limit, Executor executor) {
    this.limit = limit;
    this.executor = executor;
  }

  /// A slot in use.
  final class Slot {
    private final AtomicBoolean held = new AtomicBoolean(true);

    /// Lets the next job run. Only the first call counts.
    void free() {
      if (held.compareAndSet(true, false)) {
        Consumer<Slot> next = next();
        if (next != null) {
          execute(next);
        }
      }
    }
  }

  /// Runs a job as soon as there is room. Its slot is freed when it ends, if not before.
  void run(Consumer<Slot> job) {
    synchronized (this) {
      if (running >= limit) {
        waiting.add(job);
        return;
      }
      running++;
    }
    execute(job);
  }

  /// Lets all that wait go at once, past the bound: for jobs that have nothing left to do.
  void letAllGo() {
    List<Consumer<Slot>> all;
    synchronized (this) {
      all = List.copyOf(waiting);
      waiting.clear();
      running += all.size();
    }
    all.forEach(this::execute);
  }

  private void execute(Consumer<Slot> job) {
    Slot slot = new Slot();
    executor.execute(() -> {
      try {
        job.accept(slot);
      } finally {
        slot.free();
      }
    });
  }

  private synchronized @Nullable Consumer<Slot> next() {
    Consumer<Slot> next = waiting.poll();
    if (next == null) {
      running--;
    }
    return next;
  }
}
