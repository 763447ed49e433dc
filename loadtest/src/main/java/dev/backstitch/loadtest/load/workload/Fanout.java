package dev.backstitch.loadtest.load.workload;

import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.util.List;
import java.util.stream.IntStream;

/// Many steps at once.
final class Fanout implements Workflow<Steps.Request, Integer> {

  record LoadBranch(int number, String payload) implements Call<String> {}

  @Override
  public Integer run(RunContext run, Steps.Request request) {
    List<Integer> branches = IntStream.range(0, request.steps()).boxed().toList();
    List<Outcome<String>> outcomes =
        run.callAll(branches, number -> new LoadBranch(number, request.payload()));
    return (int)
        outcomes.stream().filter(outcome -> outcome instanceof Outcome.Success<String>).count();
  }
}
