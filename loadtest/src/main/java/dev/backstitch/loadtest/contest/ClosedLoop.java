package dev.backstitch.loadtest.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Clients who each start a run, wait for its end, and start the next one.
public final class ClosedLoop {
  private ClosedLoop() {}

  /// Works until the work is over. The first run that fails ends it.
  ///
  /// @param run starts a run and returns when it has completed
  public static void perform(Work work, Latencies latencies, Callable<?> run) throws Exception {
    long until = System.nanoTime() + work.time().toNanos();
    AtomicLong left = new AtomicLong(work.atMostRuns());
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < work.inFlight(); i++) {
        clients.add(
            threads.submit(() -> {
              while (System.nanoTime() < until && left.getAndDecrement() > 0) {
                long began = System.nanoTime();
                run.call();
                latencies.add(System.nanoTime() - began);
              }
              return null;
            }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
  }
}
