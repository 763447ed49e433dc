package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.workflow.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/// What waiting code sees of promises.
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
final class PromiseTest {
  @Test
  void the_loser_of_a_race_wakes_nobody_when_it_answers_at_last() {
    SimulatedRun run =
        Scripted.start(context -> {
          Promise<String> slow = context.start(new Ask("slow"));
          Promise<String> fast = context.start(new Ask("fast"));
          Promise<Integer> side = context.async(() -> context.race(List.of(slow, fast)));
          return side.get() + " " + context.call(new Ask("next")) + " " + slow.get();
        });

    run.happen(Scripted.answer(2)).happen(Scripted.answer(1)).happen(Scripted.answer(3));

    assertThat(run.history().getLast().event()).isEqualTo(Scripted.returned("1 answer 3 answer 1"));
  }

  @Test
  void a_condition_that_other_code_of_the_same_step_fulfils_is_seen_at_once() {
    SimulatedRun run =
        Scripted.start(context -> {
          List<String> seen = new ArrayList<>();
          Promise<String> first = context.async(() -> context.call(new Ask("go")));
          context.async(() -> seen.add(first.get()));
          boolean held = context.awaitUntil(() -> !seen.isEmpty(), Duration.ofHours(1));
          return held + " " + seen;
        });

    run.happen(Scripted.answer(2));

    assertThat(run.types())
        .as(run.print())
        .endsWith("ActivityCompleted", "TimerCancelled", "RunCompleted");
  }

  @Test
  void a_condition_that_holds_before_anything_happens_needs_no_event() {
    SimulatedRun run =
        Scripted.start(context -> {
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
        Scripted.start(context -> {
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

    run.happen(Scripted.answer(1));

    assertThat(run.history().getLast().event())
        .as(run.print())
        .isEqualTo(Scripted.returned("true true"));
  }
}
