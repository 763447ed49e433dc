package dev.backstitch.loadtest.load.workload;

import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;

/// Registers what load tests run, under these names.
public final class LoadModule implements WorkflowModule {
  /// Steps one after the other; its input is `{"steps": N, "payload": TEXT}`.
  public static final String STEPS = "load-steps";

  /// Steps at once; its input is that of [#STEPS].
  public static final String FANOUT = "load-fanout";

  /// Sleeps; its input is `{"wakeAt": TIME}`, its result how many microseconds late it woke up.
  public static final String SLEEPER = "load-sleeper";

  /// Waits for one signal; its input is any text.
  public static final String LISTENER = "load-listener";

  /// Does as many steps as each [#SIGNAL] says, and ends with one that says 0.
  public static final String LONG_HISTORY = "load-long-history";

  /// The name of the signals that these workflows wait for.
  public static final String SIGNAL = "load";

  /// The load bounds itself; the engine's usual bound would be what is measured.
  private static final int IN_FLIGHT = 100_000;

  @Override
  public String name() {
    return "load";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow(STEPS, Steps::new);
    registry.workflow(FANOUT, Fanout::new);
    registry.workflow(SLEEPER, Sleeper::new);
    registry.workflow(LISTENER, Listener::new);
    registry.workflow(LONG_HISTORY, LongHistory::new);
    registry.activity(
        Steps.LoadStep.class,
        (step, _) -> step.payload(),
        options -> options.withInFlight(IN_FLIGHT));
    registry.activity(
        Fanout.LoadBranch.class,
        (branch, _) -> branch.payload(),
        options -> options.withInFlight(IN_FLIGHT));
  }
}
