package dev.backstitch.loadtest.bench;

import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;

/// Runs of durable steps that do nothing else: each is a `WRITE`, so each waits until the one
/// before is committed.
final class StepsModule implements WorkflowModule {
  static final String WORKFLOW = "bench-steps";

  /// What a step carries in and out.
  private static final String PAYLOAD = "x".repeat(200);

  record BenchStep(int number, String payload) implements Call<String> {}

  static final class Steps implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer steps) {
      for (int i = 0; i < steps; i++) {
        run.call(new BenchStep(i, PAYLOAD));
      }
      return steps;
    }
  }

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow(WORKFLOW, Steps::new);
    registry.activity(BenchStep.class, (step, _) -> step.payload(), options -> options);
  }
}
