package dev.backstitch.orchestrator.activity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A bound on how many jobs run at a time; the others wait in order. Safe for any thread.
final class Slots {
  private final int limit;
  private final Executor executor;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int running;

  Slots(int limit, Executor executor) {
    this.limit = limit;
    this.executor = executor;
  }

  void run(Runnable job) {
    synchronized (this) {
      if (running == limit) {
        waiting.add(job);
        return;
      }
      running++;
    }
    executor.execute(() -> work(job));
  }

  private void work(Runnable job) {
    try {
      job.run();
    } finally {
      Runnable next = next();
      if (next != null) {
        executor.execute(() -> work(next));
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.poll();
    if (next == null) {
      running--;
    }
    return next;
  }
}
