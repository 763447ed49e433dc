package dev.backstitch.loadtest.load.workload;

import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;

/// Sleeps until a moment, and says how late it woke up.
final class Sleeper implements Workflow<Sleeper.Request, Long> {

  /// @param wakeAt when it is to wake up
  record Request(Instant wakeAt) {}

  /// @return microseconds from the moment to the event with which the code went on; -1 if the
  ///   moment was past when the run began
  @Override
  public Long run(RunContext run, Request request) {
    Duration left = Duration.between(run.now(), request.wakeAt());
    if (!left.isPositive()) {
      return -1L;
    }
    run.sleep(left);
    return Duration.between(request.wakeAt(), run.now()).toNanos() / 1_000;
  }
}
