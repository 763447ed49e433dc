package dev.backstitch.orchestrator.replay;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One line of workflow code on a virtual thread, which runs only while it holds the baton.
///
/// The baton is one volatile flag. Whoever gives it away parks until it comes back; everything
/// written before is visible to the other side.
final class Fiber {
  private final Thread thread;
  private volatile boolean hasBaton;
  private volatile boolean abandoned;
  private volatile boolean finished;
  private volatile @Nullable Thread driver;
  private boolean ready;

  Fiber(String name, Runnable code) {
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> live(code));
  }

  /// Called by the driver: hands the baton over and waits until it is back.
  void resume() {
    driver = Thread.currentThread();
    hasBaton = true;
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    } else {
      LockSupport.unpark(thread);
    }
    while (hasBaton) {
      LockSupport.park(this);
      // A pending interrupt would turn this wait into a spin; the driver has no use for it here.
      Thread.interrupted();
    }
  }

  /// Called by the fiber: gives the baton back and waits until it is resumed.
  ///
  /// @throws FiberAbandonedError if that will never be
  void pause() {
    giveBack();
    while (!hasBaton) {
      if (abandoned) {
        throw new FiberAbandonedError();
      }
      LockSupport.park(this);
      Thread.interrupted();
    }
  }

  /// Called by the driver while the fiber waits: its thread ends, and frees what it holds.
  void abandon() {
    abandoned = true;
    LockSupport.unpark(thread);
  }

  boolean isCurrentThread() {
    return Thread.currentThread().equals(thread);
  }

  boolean isAbandoned() {
    return abandoned;
  }

  boolean isFinished() {
    return finished;
  }

  /// Marks the fiber as queued to run; false if it already was.
  boolean markReady() {
    boolean first = !ready;
    ready = true;
    return first;
  }

  void clearReady() {
    ready = false;
  }

  private void live(Runnable code) {
    try {
      code.run();
    } catch (FiberAbandonedError e) {
      // The end that abandon() asked for: nobody waits for this fiber any more.
      return;
    } finally {
      finished = true;
      giveBack();
    }
  }

  private void giveBack() {
    Thread waiting = driver;
    hasBaton = false;
    LockSupport.unpark(waiting);
  }
}
