package dev.backstitch.orchestrator.simulation;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A thread that runs only while it holds the baton.
public final class SimulatedThread {
  private final Simulation simulation;
  private final SimulatedProcess process;
  private final Thread thread;
  private volatile boolean hasBaton;
  private volatile boolean over;
  private volatile boolean finished;
  private volatile @Nullable Thread driver;
  private volatile @Nullable Throwable fault;

  /// Ends a thread whose simulation is over. No engine code catches it to go on.
  private static final class Over extends Error {
    Over() {
      super("the simulation is over", null, false, false);
    }
  }

  SimulatedThread(Simulation simulation, SimulatedProcess process, Runnable work) {
    this.simulation = simulation;
    this.process = process;
    this.thread = Thread.ofVirtual().name("simulated").unstarted(() -> live(work));
  }

  /// To be started by whoever asked for it; it then waits for its first [#resumeAfter].
  public Thread thread() {
    return thread;
  }

  /// Lets it go on later, if its process lives and is awake then.
  public void resumeAfter(Duration delay) {
    simulation.after(delay, process, this::resume);
  }

  /// Called on this thread: gives the baton back until it is resumed.
  public void pause() {
    giveBack();
    awaitBaton();
  }

  private void resume() {
    if (finished) {
      return;
    }
    driver = Thread.currentThread();
    simulation.running(this);
    hasBaton = true;
    LockSupport.unpark(thread);
    while (hasBaton) {
      LockSupport.park(this);
    }
    simulation.running(null);
    Throwable found = fault;
    if (found != null) {
      throw new IllegalStateException("a simulated thread died", found);
    }
  }

  private void live(Runnable work) {
    try {
      awaitBaton();
      work.run();
    } catch (Over e) {
      return;
    } catch (Throwable e) {
      fault = e;
    } finally {
      finished = true;
      giveBack();
    }
  }

  private void giveBack() {
    hasBaton = false;
    LockSupport.unpark(driver);
  }

  private void awaitBaton() {
    boolean interrupted = false;
    while (!hasBaton) {
      if (over) {
        throw new Over();
      }
      LockSupport.park(this);
      // A pending interrupt would make this wait spin; it is kept for the code behind it.
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      thread.interrupt();
    }
  }

  void end() {
    over = true;
    LockSupport.unpark(thread);
    try {
      if (thread.getState() != Thread.State.NEW) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
