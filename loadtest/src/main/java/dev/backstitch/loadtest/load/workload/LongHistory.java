package dev.backstitch.loadtest.load.workload;

import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.SignalChannel;
import dev.backstitch.orchestrator.workflow.Workflow;

/// Does as many steps as it is told, again and again, until it is told none.
final class LongHistory implements Workflow<Steps.Request, Long> {

  /// @return how many steps it did
  @Override
  public Long run(RunContext run, Steps.Request request) {
    SignalChannel<Integer> orders = run.signals(LoadModule.SIGNAL, Integer.class);
    long done = 0;
    for (int steps = orders.receive(); steps > 0; steps = orders.receive()) {
      for (int i = 0; i < steps; i++) {
        run.call(new Steps.LoadStep(i, request.payload()));
      }
      done += steps;
    }
    return done;
  }
}
