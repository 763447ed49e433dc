package dev.backstitch.loadtest.chaos;

import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.SignalChannel;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A little of everything: reads, writes and a `ONCE`, one after the other and at the same time,
/// retries, timers, signals, a second line of code, and cleaning up when it is cancelled. How much
/// of each follows from the run's id.
final class ChaosWorkflow implements Workflow<ChaosWorkflow.Request, String> {
  private static final int MOST_PARALLEL = 6;
  private static final int LONGEST_NAP_MILLIS = 600;

  /// @param number counts the key's runs
  record Request(String key, int number) {}

  @Override
  public String run(RunContext run, Request request) {
    try {
      return work(run, request);
    } catch (RunCancelledException e) {
      run.shielded(() -> run.call(new ChaosModule.Write("clean up", request.key())));
      throw e;
    }
  }

  private static String work(RunContext run, Request request) {
    SignalChannel<String> words = run.signals(ChaosModule.WORD, String.class);
    String looked = run.call(new ChaosModule.Look("first", request.key() + request.number()));
    Promise<String> side =
        run.async(() -> {
          run.sleep(nap(run));
          String one = run.call(new ChaosModule.Write("side one", looked + words.receive()));
          run.sleep(nap(run));
          return run.call(new ChaosModule.Write("side two", one));
        });
    Promise<String> once = run.start(new ChaosModule.Once("once", looked));
    int parallel = 1 + (int) (run.random() * MOST_PARALLEL);
    List<Outcome<String>> all =
        run.callAll(
            IntStream.range(0, parallel).boxed().toList(),
            i ->
                i % 3 == 0
                    ? new ChaosModule.Look("parallel " + i, looked)
                    : new ChaosModule.Write("parallel " + i, looked));
    run.sleep(nap(run));
    List<Outcome<String>> seen = new ArrayList<>(all);
    seen.add(once.outcome());
    String heard =
        IntStream.range(1, ChaosModule.WORDS)
            .mapToObj(_ -> words.receive())
            .collect(Collectors.joining(" "));
    String chain = run.call(new ChaosModule.Write("chain", digest(seen) + " " + heard));
    seen.add(side.outcome());
    return run.call(new ChaosModule.Write("last", chain + " " + digest(seen)));
  }

  private static Duration nap(RunContext run) {
    return Duration.ofMillis((long) (run.random() * LONGEST_NAP_MILLIS));
  }

  private static String digest(List<Outcome<String>> outcomes) {
    String all =
        outcomes.stream()
            .map(outcome ->
                switch (outcome) {
                  case Outcome.Success<String>(var value) -> value;
                  case Outcome.Failed<String>(var failure) -> failure.type();
                  case Outcome.Unknown<String> _ -> "unknown";
                })
            .collect(Collectors.joining(" "));
    return Integer.toHexString(all.hashCode()) + "/" + outcomes.size();
  }
}
