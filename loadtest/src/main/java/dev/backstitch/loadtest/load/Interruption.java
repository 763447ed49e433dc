package dev.backstitch.loadtest.load;

import dev.backstitch.loadtest.load.arrival.Halt;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns SIGINT and SIGTERM into the wish to end, and holds the process's end up until all is told
/// and closed.
final class Interruption implements AutoCloseable {
  /// The drain of what is on its way, the engine's and the database's stop.
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Halt halt) {
    hook =
        Thread.ofPlatform()
            .name("stop-load")
            .unstarted(() -> {
              halt.request("interrupted");
              try {
                closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  static Interruption becomes(Halt halt) {
    Interruption interruption = new Interruption(halt);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook does so now, too.
    }
  }
}
