package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.workflow.ActivityFailedException;
import dev.backstitch.orchestrator.workflow.ActivityHandler;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.SignalChannel;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A short program made up from its input: calls of every effect, timers, several at a time, and
/// waits for what others have to say, some of them without an end.
final class SimulatedProgram implements Workflow<Long, String> {
  static final String NAME = "simulated-program";
  static final String WORD = "word";

  /// Shows what it is posted, and can tell.
  static final String WALL = "wall";

  /// Shows what it is posted, and can't tell.
  static final String SLATE = "slate";

  private static final RetryPolicy SOON =
      new RetryPolicy(4, Duration.ofMillis(100), 2.0, Duration.ofSeconds(1), Set.of());

  private final List<String> seen = new ArrayList<>();

  record Look(String place) implements Call<String> {}

  record Put(String place) implements Call<String> {}

  record Fire(String place) implements Call<String> {}

  /// What the world does with a call, and with a post.
  interface World {
    <C extends Call<String>> ActivityHandler<C, String> handler(Effect effect);

    PostTarget target(String kind);
  }

  static WorkflowModule module(World world) {
    return new WorkflowModule() {
      @Override
      public String name() {
        return "simulation";
      }

      @Override
      public void register(Registry registry, Settings settings) {
        registry.workflow(NAME, SimulatedProgram::new);
        registry.target(WALL, world.target(WALL));
        registry.target(SLATE, world.target(SLATE));
        registry.activity(
            Look.class,
            world.handler(Effect.READ),
            o -> o.withEffect(Effect.READ).withRetry(SOON).withInFlight(2));
        registry.activity(
            Put.class,
            world.handler(Effect.WRITE),
            o -> o.withRetry(SOON).withStartToClose(Duration.ofSeconds(1)));
        registry.activity(
            Fire.class, world.handler(Effect.ONCE), o -> o.withEffect(Effect.ONCE).withRetry(SOON));
      }
    };
  }

  @Override
  public String run(RunContext run, Long seed) {
    SplittableRandom chance = new SplittableRandom(seed);
    int steps = 1 + chance.nextInt(5);
    if (chance.nextBoolean()) {
      // A key of its own, and sometimes one that others have, too.
      String key = chance.nextInt(3) == 0 ? "the last" : "end of " + run.id();
      run.postAtEnd(place(chance), key, ending -> ending + " of " + run.id());
    }
    try {
      for (int i = 0; i < steps; i++) {
        step(run, chance, "step " + i);
      }
    } catch (RunCancelledException e) {
      if (chance.nextBoolean()) {
        seen.add(run.shielded(() -> put(run, "cleanup")));
      }
      throw e;
    }
    if (chance.nextInt(12) == 0) {
      throw new IllegalStateException("this program ends badly");
    }
    return seen.toString();
  }

  private void step(RunContext run, SplittableRandom chance, String place) {
    switch (chance.nextInt(13)) {
      case 0 -> seen.add(run.start(new Look(place)).outcome().toString());
      case 1 -> seen.add(run.start(new Fire(place)).outcome().toString());
      case 2 -> run.sleep(Duration.ofMillis(chance.nextInt(4_000)));
      case 3 -> {
        List<Integer> items = IntStream.range(0, 1 + chance.nextInt(3)).boxed().toList();
        seen.add(run.callAll(items, i -> new Put(place + " item " + i)).toString());
      }
      case 4 -> {
        Promise<?> timer = run.timer(Duration.ofMillis(chance.nextInt(400)));
        seen.add("raced " + run.race(List.of(timer, run.start(new Put(place)))));
      }
      case 5 -> {
        Promise<String> side = run.async(() -> put(run, place + " aside"));
        seen.add(put(run, place));
        seen.add(side.outcome().toString());
      }
      case 6 -> seen.add("heard " + words(run).receive());
      case 7 -> seen.add("heard " + words(run).receive(Duration.ofMillis(chance.nextInt(2_000))));
      case 9, 10 -> run.post(place(chance), "key " + chance.nextInt(2), place + " of " + run.id());
      case 11 -> {
        Target target = place(chance);
        for (int i = 0; i < 5; i++) {
          run.post(target, "key " + i % 2, "the same");
        }
      }
      case 8 -> seen.add("found " + words(run).poll() + words(run).poll());
      default -> seen.add(run.record("note", String.class, () -> place) + run.random());
    }
  }

  private static Target place(SplittableRandom chance) {
    return new Target(chance.nextInt(3) == 0 ? SLATE : WALL, chance.nextBoolean() ? "A" : "B");
  }

  private static SignalChannel<Integer> words(RunContext run) {
    return run.signals(WORD, Integer.class);
  }

  private static String put(RunContext run, String place) {
    try {
      return run.call(new Put(place));
    } catch (ActivityFailedException e) {
      return e.failure().type();
    }
  }
}
