package dev.backstitch.loadtest.load.arrival;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Looks at something once a second, on a thread of its own, until it is closed.
public final class EverySecond implements AutoCloseable {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Thread thread;
  private volatile boolean closed;

  private EverySecond(String name, Runnable look) {
    thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(look));
  }

  /// Begins; the first look is in a second.
  public static EverySecond look(String name, Runnable look) {
    EverySecond looking = new EverySecond(name, look);
    looking.thread.start();
    return looking;
  }

  private void run(Runnable look) {
    long next = System.nanoTime() + SECOND;
    while (!closed) {
      long left = next - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(left);
      } else {
        look.run();
        next += SECOND;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
