package dev.backstitch.orchestrator.timer;

import dev.backstitch.orchestrator.database.DatabaseClock;
import java.util.concurrent.ScheduledExecutorService;

/// The real timer service on another executor.
public final class SimulatedTimers {
  private SimulatedTimers() {}

  public static TimerService on(DatabaseClock clock, ScheduledExecutorService executor) {
    return new TimerService(clock, executor);
  }
}
