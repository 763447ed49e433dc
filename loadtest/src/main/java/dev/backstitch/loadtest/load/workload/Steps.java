package dev.backstitch.loadtest.load.workload;

import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;

/// Durable steps one after the other. Each is a `WRITE`, so each waits until the one before is
/// committed.
final class Steps implements Workflow<Steps.Request, Integer> {

  /// @param payload what every step carries in and out
  record Request(int steps, String payload) {}

  record LoadStep(int number, String payload) implements Call<String> {}

  @Override
  public Integer run(RunContext run, Request request) {
    for (int i = 0; i < request.steps(); i++) {
      run.call(new LoadStep(i, request.payload()));
    }
    return request.steps();
  }
}
