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
import java.util.function.Supplier;

/// Runs with a business key each, so that a client that was not answered may start them again.
///
/// @param name of what they do
/// @param input of the next run
/// @param signalled whether they wait for a signal
record KeyedWorkload(
    String name, String workflow, int steps, Supplier<Payload> input, boolean signalled)
    implements Workload {
  /// Chaos may go on for as long as it likes with a run.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration NAP = Duration.ofSeconds(1);
  private static final int BRANCHES = 20;

  /// All that is done at once.
  static List<KeyedWorkload> all(Setting setting) {
    Payload steps = new RunWorkload("", setting.steps(), setting.payloadBytes()).request().input();
    Payload branches = new RunWorkload("", BRANCHES, setting.payloadBytes()).request().input();
    Payload listener = Payload.ofJson("\"listener\"");
    return List.of(
        new KeyedWorkload("steps", LoadModule.STEPS, setting.steps(), () -> steps, false),
        new KeyedWorkload("fanout", LoadModule.FANOUT, BRANCHES, () -> branches, false),
        new KeyedWorkload("timers", LoadModule.SLEEPER, 1, KeyedWorkload::nap, false),
        new KeyedWorkload("signals", LoadModule.LISTENER, 1, () -> listener, true));
  }

  private static Payload nap() {
    return Payload.ofJson("{\"wakeAt\": \"" + Instant.now().plus(NAP) + "\"}");
  }

  @Override
  public Operation prepare(Target target, long operations) {
    return number -> {
      RunId run = target.start(new StartRequest(workflow, name + "-" + number, input.get()));
      if (signalled) {
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
