package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Runs that are claimed at once have their histories read at once, whatever their length.
final class ClaimedTogetherTest {
  private static final int LARGE = 20_000;

  static final class Count implements Workflow<Integer, String> {
    @Override
    public String run(RunContext run, Integer calls) {
      String large = run.call(new Echo("x".repeat(LARGE)));
      run.callAll(IntStream.range(0, calls).boxed().toList(), i -> new Echo("call " + i));
      run.sleep(Duration.ofSeconds(4));
      return large.length() + " and " + calls;
    }
  }

  private static void register(Registry registry, AtomicInteger calls) {
    registry.workflow("count", Count::new);
    registry.activity(
        Echo.class,
        (call, _) -> {
          calls.incrementAndGet();
          return call.text();
        },
        o -> o);
  }

  @Test
  void short_and_long_histories_are_loaded_whole_and_nothing_is_called_again() {
    AtomicInteger before = new AtomicInteger();
    AtomicInteger after = new AtomicInteger();
    List<Integer> lengths = List.of(0, 3, 700, 1_500, 1_000, 50);
    List<RunId> ids = new ArrayList<>();
    try (TestDatabase database = TestDatabase.create()) {
      try (Engine first = Engine.on(database, registry -> register(registry, before))) {
        lengths.forEach(calls -> ids.add(first.start("count", calls.toString())));
        for (RunId id : ids) {
          Awaitility.await()
              .atMost(Engine.PATIENCE)
              .until(() -> first.types(id).contains("TimerSet"));
        }
      }

      try (Engine second = Engine.on(database, registry -> register(registry, after))) {
        for (int i = 0; i < ids.size(); i++) {
          assertThat(second.resultOf(ids.get(i)))
              .isEqualTo("\"" + LARGE + " and " + lengths.get(i) + "\"");
        }
      }
    }

    assertThat(before.get()).isEqualTo(lengths.stream().mapToInt(calls -> calls + 1).sum());
    assertThat(after.get()).isZero();
  }
}
