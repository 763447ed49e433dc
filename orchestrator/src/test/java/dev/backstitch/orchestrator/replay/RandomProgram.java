package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.workflow.ActivityFailedException;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A program made up from a seed: several lines of code that use everything a run offers, share
/// state, and put all they have seen into their calls, so that any difference shows.
final class RandomProgram implements Workflow<Long, String> {
  private final List<String> seen = new ArrayList<>();
  private int lines;

  @Override
  public String run(RunContext run, Long seed) {
    SplittableRandom chance = new SplittableRandom(seed);
    boolean cleansUp = chance.nextBoolean();
    try {
      line(run, chance, 0);
    } catch (RunCancelledException e) {
      see("cancelled " + run.isCancelled());
      if (cleansUp) {
        run.shielded(() -> line(run, chance.split(), 1));
      }
      throw e;
    }
    return digest();
  }

  private String line(RunContext run, SplittableRandom chance, int depth) {
    int line = ++lines;
    int steps = 2 + chance.nextInt(6);
    for (int i = 0; i < steps; i++) {
      step(run, chance.split(), depth, line + "." + i);
    }
    return "line " + line;
  }

  private void step(RunContext run, SplittableRandom chance, int depth, String place) {
    switch (chance.nextInt(17)) {
      case 0, 1 -> see(call(run, place + " " + digest()));
      case 2 -> see(callMany(run, chance, place));
      case 3 -> run.sleep(Duration.ofMillis(chance.nextInt(20)));
      case 4 -> see("race " + race(run, chance, place));
      case 5 -> {
        int until = seen.size() + 1 + chance.nextInt(3);
        boolean held = run.awaitUntil(() -> seen.size() >= until, Duration.ofMillis(15));
        see("waited " + held);
      }
      case 6 -> see(run.record("value", String.class, () -> place + "=" + digest()));
      case 7 -> see("version " + run.version("change-" + chance.nextInt(3), 1, 2));
      case 8 -> see("random " + run.random() + " " + run.uuid());
      case 9 -> see("now " + run.now());
      case 10 -> see("signal " + run.signals("one", String.class).receive(Duration.ofMillis(20)));
      case 11 -> see("polled " + run.signals("two", String.class).poll());
      case 12 -> see("signalled " + raceForSignal(run));
      case 13 -> see(run.shielded(() -> call(run, place + " shielded " + digest())));
      default -> fork(run, chance, depth);
    }
  }

  private String call(RunContext run, String text) {
    try {
      return run.call(new Ask(text));
    } catch (ActivityFailedException e) {
      return "caught " + e.failure().type();
    }
  }

  private String callMany(RunContext run, SplittableRandom chance, String place) {
    List<Integer> items = IntStream.range(0, chance.nextInt(6)).boxed().toList();
    int bound = 1 + chance.nextInt(4);
    List<Outcome<String>> outcomes =
        run.callAll(items, bound, item -> new Ask(place + " item " + item + " " + digest()));
    return outcomes.toString();
  }

  private int race(RunContext run, SplittableRandom chance, String place) {
    List<Promise<?>> promises = new ArrayList<>();
    promises.add(run.timer(Duration.ofMillis(1 + chance.nextInt(10))));
    for (int i = chance.nextInt(3); i > 0; i--) {
      promises.add(run.start(new Ask(place + " racer " + i)));
    }
    return run.race(promises);
  }

  private String raceForSignal(RunContext run) {
    Promise<String> signal = run.signals("one", String.class).next();
    int first = run.race(List.of(signal, run.timer(Duration.ofMillis(10))));
    return first == 0 ? signal.outcome().toString() : "not";
  }

  private void fork(RunContext run, SplittableRandom chance, int depth) {
    if (depth == 2) {
      return;
    }
    SplittableRandom own = chance.split();
    Promise<String> side =
        run.async(() -> {
          String name = line(run, own, depth + 1);
          if (own.nextInt(5) == 0) {
            throw new IllegalStateException(name + " gave up");
          }
          return name;
        });
    if (chance.nextBoolean()) {
      see(side.outcome().toString());
    }
  }

  private void see(String what) {
    seen.add(what);
  }

  private String digest() {
    return seen.size() + ":" + Integer.toHexString(seen.hashCode());
  }
}
