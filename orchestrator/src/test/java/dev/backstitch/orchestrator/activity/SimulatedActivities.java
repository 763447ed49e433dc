package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.database.DatabaseClock;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.timer.TimerService;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleSupplier;

/// The real activity executor on other threads, with another source of jitter.
///
/// @param threads where handlers run
/// @param jitter from 0 to 1
public record SimulatedActivities(ExecutorService threads, DoubleSupplier jitter) {

  public ActivityExecutor on(DatabaseClock clock, TimerService timers, ValueCodec codec) {
    return new ActivityExecutor(
        clock,
        timers,
        new AttemptOutcome(clock, codec, jitter),
        threads,
        new ActivityExecutor.Gates(() -> true, (_, _, _) -> new Admission.Granted(Permit.NONE)));
  }
}
