package dev.backstitch.loadtest.chaos;

import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;

/// A run that is open and has little to do, to have thousands of them.
final class SleeperWorkflow implements Workflow<ChaosWorkflow.Request, String> {

  @Override
  public String run(RunContext run, ChaosWorkflow.Request request) {
    run.sleep(Duration.ofHours(1));
    return request.key();
  }
}
