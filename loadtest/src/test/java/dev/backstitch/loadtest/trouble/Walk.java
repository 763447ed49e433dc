package dev.backstitch.loadtest.trouble;

import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs that go step by step, and how often each step was taken.
final class Walk implements WorkflowModule {
  static final int STEPS = 8;

  private final Map<String, AtomicInteger> taken = new ConcurrentHashMap<>();

  record Step(String walker, int number) implements Call<String> {}

  static final class Walking implements Workflow<String, Integer> {
    @Override
    public Integer run(RunContext run, String walker) {
      int steps = 0;
      for (int i = 0; i < STEPS; i++) {
        run.call(new Step(walker, i));
        steps++;
        if (i % 3 == 1) {
          run.sleep(Duration.ofMillis(40));
        }
      }
      return steps;
    }
  }

  @Override
  public String name() {
    return "walk";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow("walk", Walking::new);
    registry.activity(
        Step.class,
        (step, _) -> {
          taken.computeIfAbsent(step.toString(), _ -> new AtomicInteger()).incrementAndGet();
          return "taken";
        },
        options -> options);
  }

  int different() {
    return taken.size();
  }

  /// Steps that were taken more than once.
  long repeated() {
    return taken.values().stream().filter(count -> count.get() > 1).count();
  }
}
