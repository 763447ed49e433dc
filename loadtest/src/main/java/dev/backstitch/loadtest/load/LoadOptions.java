package dev.backstitch.loadtest.load;

import dev.backstitch.loadtest.load.scenario.ScenarioName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What may be said about every scenario. What is not said is null, and then the scenario's own
/// default is taken. [LoadPlan] checks the ranges.
final class LoadOptions {
  @Option(
      names = "--rate",
      paramLabel = "PER_SECOND",
      description = {
        "Open loop: so many runs a second, 0.01 to 1000000, whatever becomes of them; latency is",
        "counted from the intended start. For timers, how many are due in a second (usually 2000).",
        "Without it a closed loop."
      })
  @Nullable Double rate;

  @Option(
      names = "--in-flight",
      paramLabel = "N[,N...]",
      split = ",",
      description = {
        "Closed loop: so many runs at a time, 1 to 100000. Several: one measurement each. In an open",
        "loop the most at a time (usually 10000)."
      })
  @Nullable List<Integer> inFlight;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "End after so many runs, 1 to 10000000.")
  @Nullable Long runs;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "End after this time, 100ms to 24h.")
  @Nullable String duration;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      description = {
        "How long to do the same before, unmeasured, 0s to 1h; at most 20000 runs, 500 of signals.",
        "Default: 3s."
      })
  @Nullable String warmUp;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = {
        "Durable steps of each run, 1 to 100000; for fanout, how many at once; for long-history, how",
        "long it grows."
      })
  @Nullable Integer steps;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      description = "What a step carries in and out, 0 to 1000000. Default: 200.")
  @Nullable Integer payload;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "What the times of an open loop and the chaos follow from. Default: 1.")
  @Nullable Long seed;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = {
        "Real server processes over HTTP, 1 to 16, instead of the engine in process. mixed has 2 or",
        "more of them (usually 3)."
      })
  @Nullable Integer workers;

  @Option(names = "--server", description = "The same as --workers 1.")
  boolean server;

  /// What of this means something to a scenario.
  LoadOptions meantFor(ScenarioName scenario) {
    LoadOptions meant = new LoadOptions();
    meant.rate = scenario.takesRate() ? rate : null;
    meant.inFlight = scenario.isSwept() ? inFlight : null;
    meant.runs = scenario.takesRuns() ? runs : null;
    meant.duration = scenario.takesDuration() ? duration : null;
    meant.warmUp = scenario.takesWarmUp() ? warmUp : null;
    meant.steps = scenario.takesSteps() ? steps : null;
    meant.payload = scenario.takesSteps() ? payload : null;
    meant.seed = seed;
    meant.workers = workers;
    meant.server = server;
    return meant;
  }
}
