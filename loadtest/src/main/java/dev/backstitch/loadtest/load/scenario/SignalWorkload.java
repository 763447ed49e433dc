package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Operation;
import dev.backstitch.loadtest.load.stage.Target;
import dev.backstitch.loadtest.load.workload.LoadModule;
import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Signals to runs that wait for them. All runs are there before the first signal, because an open
/// loop does not wait for one to be started.
final class SignalWorkload implements Workload {
  private static final StartRequest LISTENER =
      new StartRequest(LoadModule.LISTENER, null, Payload.ofJson("\"listener\""));
  static final SignalRequest SIGNAL =
      new SignalRequest(LoadModule.SIGNAL, "load-1", "load", Payload.ofJson("\"go on\""));

  /// Starting costs more than signalling, so the warm-up is kept short.
  private static final long MOST_WARM_UPS = 500;

  @Override
  public Operation prepare(Target target, long operations) throws InterruptedException {
    List<RunId> waiting = new ArrayList<>();
    for (long i = 0; i < operations; i++) {
      waiting.add(target.start(LISTENER));
    }
    AtomicInteger next = new AtomicInteger();
    return _ -> {
      RunId run = waiting.get(next.getAndIncrement());
      target.signal(run, SIGNAL);
      target.awaitCompleted(run, RunWorkload.PATIENCE);
    };
  }

  @Override
  public int steps() {
    return 1;
  }

  @Override
  public long mostWarmUps() {
    return MOST_WARM_UPS;
  }

  @Override
  public String latencyFrom() {
    return "from the intended sending of a signal to the end of the run that waited for it, as its"
        + " sender learns it";
  }
}
