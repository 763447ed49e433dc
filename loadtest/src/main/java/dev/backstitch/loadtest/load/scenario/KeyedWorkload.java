package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Operation;
import dev.backstitch.loadtest.load.stage.Target;
import dev.backstitch.loadtest.load.workload.LoadModule;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Runs with a business key each, so that a client that was not answered may start them again.
///
/// @param name of what they do
/// @param input of the next run
/// @param traits what is special about them
record KeyedWorkload(
    String name, String workflow, int steps, Supplier<Payload> input, Set<Trait> traits)
    implements Workload {
  /// What is special about some of them.
  enum Trait {
    /// They wait for a signal.
    SIGNALLED,
    /// There is one at a time.
    ALONE
  }

  /// Chaos may go on for as long as it likes with a run.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration NAP = Duration.ofSeconds(1);
  private static final int BRANCHES = 20;
  private static final Set<Trait> ALONE = Set.of(Trait.ALONE);

  /// A thousand events: whoever takes over such a run has a long history to replay.
  private static final int LONG_STEPS = 500;

  /// All that is done at once.
  static List<KeyedWorkload> all(Setting setting) {
    int bytes = setting.payloadBytes();
    int alone = ScenarioName.LATENCY.usual().steps();
    Payload listener = Payload.ofJson("\"listener\"");
    return List.of(
        ofSteps("steps", new RunWorkload(LoadModule.STEPS, setting.steps(), bytes), Set.of()),
        ofSteps("latency", new RunWorkload(LoadModule.STEPS, alone, bytes), ALONE),
        ofSteps("fanout", new RunWorkload(LoadModule.FANOUT, BRANCHES, bytes), Set.of()),
        new KeyedWorkload("timers", LoadModule.SLEEPER, 1, KeyedWorkload::nap, Set.of()),
        new KeyedWorkload(
            "signals", LoadModule.LISTENER, 1, () -> listener, Set.of(Trait.SIGNALLED)),
        ofSteps("long-history", new RunWorkload(LoadModule.STEPS, LONG_STEPS, bytes), ALONE));
  }

  private static KeyedWorkload ofSteps(String name, RunWorkload run, Set<Trait> traits) {
    Payload input = run.request().input();
    return new KeyedWorkload(name, run.workflow(), run.steps(), () -> input, traits);
  }

  /// How many there are at a time.
  int inFlight(Setting setting) {
    return traits.contains(Trait.ALONE) ? 1 : setting.inFlight();
  }

  private static Payload nap() {
    return Payload.ofJson("{\"wakeAt\": \"" + Instant.now().plus(NAP) + "\"}");
  }

  @Override
  public Operation prepare(Target target, long operations) {
    return number -> {
      RunId run = target.start(new StartRequest(workflow, name + "-" + number, input.get()));
      if (traits.contains(Trait.SIGNALLED)) {
        target.signal(run, SignalWorkload.SIGNAL);
      }
      target.awaitCompleted(run, PATIENCE);
    };
  }

  @Override
  public String latencyFrom() {
    return "from a client's first wish, asked again and again while servers die, to the end of the"
        + " run as the client learns it; a timer sleeps a second of that";
  }
}
