package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/// What waiting code sees of promises.
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
final class PromiseTest {
  private static final RunId ID = new RunId(7);

  /// A workflow whose code is a lambda of the test.
  private record Scripted(BiFunction<RunContext, String, String> code)
      implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      return code.apply(run, input);
    }
  }

  private static SimulatedRun run(BiFunction<RunContext, String, String> code) {
    Catalog catalog =
        SimulatedRun.catalog(registry -> registry.workflow("scripted", () -> new Scripted(code)));
    return SimulatedRun.start(ID, catalog, "scripted", "\"input\"");
  }

  private static Event answer(int ordinal) {
    return new Event.ActivityCompleted(
        ordinal, 1, SimulatedRun.BEGINNING, Payload.ofJson("\"answer " + ordinal + "\""));
  }

  @Test
  void the_loser_of_a_race_wakes_nobody_when_it_answers_at_last() {
    SimulatedRun run =
        run((context, _) -> {
          Promise<String> slow = context.start(new Ask("slow"));
          Promise<String> fast = context.start(new Ask("fast"));
          Promise<Integer> side = context.async(() -> context.race(List.of(slow, fast)));
          return side.get() + " " + context.call(new Ask("next")) + " " + slow.get();
        });

    run.happen(answer(2)).happen(answer(1)).happen(answer(3));

    assertThat(run.history().getLast().event())
        .isEqualTo(new Event.RunCompleted(Payload.ofJson("\"1 answer 3 answer 1\"")));
  }

  @Test
  void a_condition_that_other_code_of_the_same_step_fulfils_is_seen_at_once() {
    SimulatedRun run =
        run((context, _) -> {
          List<String> seen = new ArrayList<>();
          Promise<String> first = context.async(() -> context.call(new Ask("go")));
          context.async(() -> seen.add(first.get()));
          boolean held = context.awaitUntil(() -> !seen.isEmpty(), Duration.ofHours(1));
          return held + " " + seen;
        });

    run.happen(answer(2));

    assertThat(run.types())
        .as(run.print())
        .endsWith("ActivityCompleted", "TimerCancelled", "RunCompleted");
  }

  @Test
  void a_condition_that_holds_before_anything_happens_needs_no_event() {
    SimulatedRun run =
        run((context, _) -> {
          List<String> seen = new ArrayList<>();
          context.async(() -> seen.add("at once"));
          return "" + context.awaitUntil(() -> !seen.isEmpty(), Duration.ofHours(1));
        });

    assertThat(run.types())
        .as(run.print())
        .containsExactly("RunStarted", "TimerSet", "TimerCancelled", "RunCompleted");
  }

  @Test
  void two_that_watch_what_the_other_does_both_see_it() {
    SimulatedRun run =
        run((context, _) -> {
          List<String> seen = new ArrayList<>();
          Promise<Boolean> second =
              context.async(() -> {
                boolean held =
                    context.awaitUntil(() -> seen.contains("first"), Duration.ofHours(1));
                seen.add("second");
                return held;
              });
          context.call(new Ask("go"));
          seen.add("first");
          boolean held = context.awaitUntil(() -> seen.contains("second"), Duration.ofHours(1));
          return held + " " + second.get();
        });

    run.happen(answer(1));

    assertThat(run.history().getLast().event())
        .as(run.print())
        .isEqualTo(new Event.RunCompleted(Payload.ofJson("\"true true\"")));
  }
}
