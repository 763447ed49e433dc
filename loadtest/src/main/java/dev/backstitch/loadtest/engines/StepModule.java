package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;

/// Runs of durable steps that do nothing else. A step is a `WRITE`: it starts when everything
/// before it is committed.
final class StepModule implements WorkflowModule {
  static final String WORKFLOW = "contest-steps";

  /// No run waits for a slot.
  private static final int AT_ONCE = 10_000;

  record ContestStep(int number, String payload) implements Call<String> {}

  static final class Steps implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer steps) {
      for (int i = 0; i < steps; i++) {
        run.call(new ContestStep(i, Engine.PAYLOAD));
      }
      return steps;
    }
  }

  @Override
  public String name() {
    return "contest";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow(WORKFLOW, Steps::new);
    registry.activity(
        ContestStep.class, (step, _) -> step.payload(), options -> options.withInFlight(AT_ONCE));
  }
}
