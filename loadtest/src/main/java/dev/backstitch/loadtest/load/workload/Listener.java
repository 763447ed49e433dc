package dev.backstitch.loadtest.load.workload;

import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;

/// Waits for one signal, and returns what it said.
final class Listener implements Workflow<String, String> {

  @Override
  public String run(RunContext run, String name) {
    return run.signals(LoadModule.SIGNAL, String.class).receive();
  }
}
