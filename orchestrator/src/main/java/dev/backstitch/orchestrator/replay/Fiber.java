package dev.backstitch.orchestrator.replay;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One line of workflow code on a virtual thread, which runs only while it holds the baton.
///
/// The baton is one volatile flag. Whoever gives it away parks until it comes back; everything
/// written before is visible to the other side.
final class Fiber {
  /// How often code may go on after it was told that its run has left, before it is silenced.
  private static final int PATIENCE = 100;

  private final Thread thread;
  private volatile boolean hasBaton;
  private volatile boolean abandoned;
  private volatile boolean finished;
  private volatile @Nullable Thread driver;
  private volatile @Nullable Throwable fault;
  // Belong to whoever holds the baton.
  private boolean started;
  private boolean ready;
  private boolean shielded;
  private int refusals;

  Fiber(String name, Runnable code) {
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> live(code));
  }

  /// Called by the driver: hands the baton over and waits until it is back.
  ///
  /// @throws IllegalStateException if the fiber died of something that is no failure of the run,
  ///   such as a class that can't be loaded
  void resume() {
    if (finished) {
      // Nobody would give the baton back.
      throw new IllegalStateException("a fiber that has ended can't be resumed");
    }
    driver = Thread.currentThread();
    hasBaton = true;
    if (started) {
      LockSupport.unpark(thread);
    } else {
      started = true;
      thread.start();
    }
    boolean interrupted = false;
    while (hasBaton) {
      LockSupport.park(this);
      // A pending interrupt would turn this wait into a spin; it is kept for whoever asked for it.
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable found = fault;
    if (found != null) {
      throw new IllegalStateException("workflow code died of " + found, found);
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
      // Nobody interrupts a fiber but its own code, and a pending one would make this wait spin.
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

  /// Called by an abandoned fiber whose code still asks for something. Code that catches even
  /// errors and tries again would spin for ever, so at some point it gets no answer any more.
  ///
  /// @throws FiberAbandonedError always, while there is patience
  void refuseIfAbandoned() {
    if (!abandoned) {
      return;
    }
    refusals++;
    while (refusals > PATIENCE) {
      LockSupport.park(this);
      Thread.interrupted();
    }
    throw new FiberAbandonedError();
  }

  /// Called by the running fiber of a run that is over: as [#refuseIfAbandoned], but it still has
  /// the baton, and must not keep it when it is silenced.
  ///
  /// @throws FiberAbandonedError always, while there is patience
  void refuseAsForsaken() {
    refusals++;
    if (refusals > PATIENCE) {
      giveBack();
    }
    while (refusals > PATIENCE) {
      LockSupport.park(this);
      Thread.interrupted();
    }
    throw new FiberAbandonedError();
  }

  /// Whether a cancellation of the run leaves this line of code alone.
  boolean isShielded() {
    return shielded;
  }

  /// Sets whether it is shielded; returns whether it was.
  boolean shield(boolean nowShielded) {
    boolean before = shielded;
    shielded = nowShielded;
    return before;
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
    } catch (Throwable e) {
      // What the run's own code may throw was taken care of inside; the driver rethrows the rest.
      fault = e;
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
