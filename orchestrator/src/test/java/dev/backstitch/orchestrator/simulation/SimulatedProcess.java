package dev.backstitch.orchestrator.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A process that can be killed, and frozen for a while.
public final class SimulatedProcess {
  private final Simulation simulation;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean killed;
  private boolean frozen;

  public SimulatedProcess(Simulation simulation) {
    this.simulation = simulation;
  }

  public boolean isKilled() {
    return killed;
  }

  public boolean runs() {
    return !killed && !frozen;
  }

  public void kill() {
    killed = true;
    waiting.clear();
  }

  public void freeze() {
    frozen = true;
  }

  /// Everything that should have happened meanwhile happens now, in its order.
  public void wakeUp() {
    frozen = false;
    List<Runnable> missed = List.copyOf(waiting);
    waiting.clear();
    missed.forEach(work -> simulation.after(Duration.ZERO, this, work));
  }

  boolean admits(Runnable work) {
    if (frozen && !killed) {
      waiting.add(work);
    }
    return runs();
  }
}
