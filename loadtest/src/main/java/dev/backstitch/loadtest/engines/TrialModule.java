package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Effects;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;

/// The workflows of the trials: runs whose steps leave marks, runs that are held at gates, and runs
/// that wait.
final class TrialModule implements WorkflowModule {
  static final String CROWD = "contest-crowd";
  static final String LONG = "contest-long";
  static final String WAITS = "contest-waits";

  private static final int AT_ONCE = 10_000;
  private static final Duration HELD = Duration.ofHours(1);

  private final Effects effects;
  private final Gates gates;

  TrialModule(Effects effects, Gates gates) {
    this.effects = effects;
    this.gates = gates;
  }

  /// One run of a crowd.
  record CrowdRun(int number, int steps, int stepMillis) {}

  record MarkedStep(int run, int step, int millis) implements Call<String> {}

  /// One run of a group that is held.
  record HeldRun(int group, int steps) {}

  record HeldStep(int group, int step, String payload) implements Call<String> {}

  static final class Crowd implements Workflow<CrowdRun, Integer> {
    @Override
    public Integer run(RunContext run, CrowdRun request) {
      for (int i = 0; i < request.steps(); i++) {
        run.call(new MarkedStep(request.number(), i, request.stepMillis()));
      }
      return request.steps();
    }
  }

  static final class LongRun implements Workflow<HeldRun, Integer> {
    @Override
    public Integer run(RunContext run, HeldRun held) {
      for (int i = 0; i < held.steps(); i++) {
        run.call(new HeldStep(held.group(), i, Engine.PAYLOAD));
      }
      return held.steps();
    }
  }

  static final class Waits implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer hours) {
      run.sleep(Duration.ofHours(hours));
      return hours;
    }
  }

  @Override
  public String name() {
    return "contest-trials";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow(CROWD, Crowd::new);
    registry.workflow(LONG, LongRun::new);
    registry.workflow(WAITS, Waits::new);
    registry.activity(
        MarkedStep.class,
        (step, _) -> {
          effects.mark(step.run(), step.step());
          Thread.sleep(step.millis());
          return Engine.PAYLOAD;
        },
        options -> options.withInFlight(AT_ONCE));
    registry.activity(
        HeldStep.class,
        (step, _) -> {
          gates.of(step.group()).pass(step.step());
          return step.payload();
        },
        options -> options.withInFlight(AT_ONCE).withStartToClose(HELD));
  }
}
