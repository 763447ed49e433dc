package dev.backstitch.api.command;

import dev.backstitch.api.server.Server;
import java.util.concurrent.CountDownLatch;

/// Waits for the signal to stop, and stops in order.
public final class Stop {
  private Stop() {}

  /// Blocks until SIGINT or SIGTERM, and drains and closes the server before the process ends.
  public static void awaitThenClose(Server server) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> drainAndClose(server), "stop"));
    await();
  }

  private static void drainAndClose(Server server) {
    try {
      server.drain();
    } finally {
      server.close();
    }
  }

  /// Blocks until the process is told to end; its shutdown hooks then stop what runs.
  public static void await() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
