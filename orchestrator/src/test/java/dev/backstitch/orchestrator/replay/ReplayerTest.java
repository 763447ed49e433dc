package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.RunContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What whoever drives a run is handed, and what the run's code is told.
final class ReplayerTest {
  private static final int LONGEST_DAYS = 36_500;
  private static final Instant AT = SimulatedRun.BEGINNING;
  private static final Event BEGUN =
      new Event.RunStarted("scripted", null, "test", Payload.ofJson("\"input\""));

  private static Replayer replayer(Function<RunContext, String> code) {
    return new Replayer(Scripted.ID, Scripted.catalog(code), SimulatedRun.CODEC);
  }

  @Test
  void each_event_hands_out_the_commands_that_it_led_to_and_no_others() {
    Replayer replayer =
        replayer(run -> {
          run.call(new Ask("a"));
          run.start(new Ask("b"));
          return run.call(new Ask("c"));
        });

    assertThat(replayer.play(BEGUN, AT))
        .extracting(Event::type)
        .containsExactly("ActivityScheduled");
    assertThat(replayer.play(Scripted.answer(1), AT))
        .extracting(Event::type)
        .containsExactly("ActivityScheduled", "ActivityScheduled");
    assertThat(replayer.play(Scripted.answer(2), AT)).isEmpty();
    assertThat(replayer.play(Scripted.answer(3), AT))
        .containsExactly(Scripted.returned("answer 3"));
    assertThat(replayer.divergence()).isEmpty();
    assertThat(replayer.thrown()).isEmpty();
  }

  @Test
  void an_open_call_is_told_by_its_number_and_no_other() {
    Replayer replayer =
        replayer(run -> {
          run.start(new Ask("a"));
          run.sleep(Duration.ofSeconds(1));
          return "";
        });
    replayer.play(BEGUN, AT);

    assertThat(replayer.call(1)).isEqualTo(new Ask("a"));
    assertThat(replayer.definition(1).name()).isEqualTo("Ask");
    for (int other : new int[] {2, 3}) {
      assertThatThrownBy(() -> replayer.call(other))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no open call " + other);
    }
    replayer.abandon();
  }

  @Test
  void what_ended_the_code_is_kept_for_the_log() {
    IllegalStateException thrown = new IllegalStateException("no more");
    Replayer replayer =
        replayer(_ -> {
          throw thrown;
        });

    assertThat(replayer.play(BEGUN, AT)).containsExactly(new Event.RunFailed(Failure.of(thrown)));
    assertThat(replayer.thrown()).containsSame(thrown);
  }

  static List<Event> notAtTheBeginning() {
    return List.of(
        new Event.TimerSet(1, AT),
        Scripted.returned("x"),
        new Event.RunFailed(new Failure("x", "y")),
        new Event.TimerFired(1),
        new Event.ActivityFailed(1, 1, AT, new Failure("x", "y")),
        Scripted.answer(1));
  }

  @ParameterizedTest
  @MethodSource("notAtTheBeginning")
  void a_history_that_does_not_begin_with_a_start_stops_the_run(Event first) {
    Replayer replayer = replayer(_ -> "unused");

    List<Event> commands = replayer.replay(List.of(new RecordedEvent(Scripted.ID, 1, AT, first)));

    assertThat(commands).isEmpty();
    assertThat(replayer.divergence()).isPresent();
  }

  @Test
  void only_the_first_disagreement_is_told() {
    Replayer replayer = replayer(_ -> "unused");
    replayer.play(new Event.TimerFired(4), AT);
    Divergence first = replayer.divergence().orElseThrow();

    assertThat(replayer.play(new Event.TimerFired(5), AT)).isEmpty();

    assertThat(replayer.divergence()).contains(first);
    assertThat(first.ordinal()).isEqualTo(4);
  }

  @Test
  void now_is_the_time_of_the_event_that_the_code_has_seen_last() {
    List<Instant> seen = new ArrayList<>();
    Replayer replayer =
        replayer(run -> {
          seen.add(run.now());
          run.call(new Ask("a"));
          seen.add(run.now());
          return run.id().toString();
        });

    replayer.play(BEGUN, AT);
    List<Event> end = replayer.play(Scripted.answer(1), AT.plusSeconds(5));

    assertThat(seen).containsExactly(AT, AT.plusSeconds(5));
    assertThat(end).containsExactly(Scripted.returned(Scripted.ID.toString()));
  }

  @Test
  void random_numbers_differ_and_are_the_same_again() {
    List<Double> numbers = new ArrayList<>();
    List<UUID> uuids = new ArrayList<>();
    Function<RunContext, String> code =
        run -> {
          for (int i = 0; i < 100; i++) {
            numbers.add(run.random());
            uuids.add(run.uuid());
          }
          return "";
        };

    replayer(code).play(BEGUN, AT);
    replayer(code).play(BEGUN, AT);

    assertThat(numbers.subList(0, 100)).isEqualTo(numbers.subList(100, 200));
    assertThat(numbers.subList(0, 100)).doesNotHaveDuplicates().allMatch(n -> n >= 0 && n < 1);
    assertThat(numbers).anyMatch(n -> n < 0.2).anyMatch(n -> n > 0.8);
    assertThat(uuids.subList(0, 100)).doesNotHaveDuplicates().doesNotContainNull();
    assertThat(uuids.subList(0, 100)).isEqualTo(uuids.subList(100, 200));
  }

  @Test
  void many_calls_at_once_keep_to_their_bound_and_their_order() {
    SimulatedRun run =
        Scripted.start(
            context -> context.callAll(List.of("a", "b", "c", "d"), 2, Ask::new).toString());
    assertThat(run.open().activities()).hasSize(2);

    run.happen(Scripted.answer(2));
    assertThat(run.open().activities())
        .extracting(OpenWork.OpenActivity::ordinal)
        .containsExactly(1, 3);
    run.happen(Scripted.answer(1)).happen(Scripted.answer(4)).happen(Scripted.answer(3));

    assertThat(run.history().getLast().event())
        .isEqualTo(
            Scripted.returned(
                "[Success[value=answer 1], Success[value=answer 2], Success[value=answer 3],"
                    + " Success[value=answer 4]]"));
  }

  @Test
  void a_bound_of_none_is_refused_and_of_one_is_one_by_one() {
    SimulatedRun refused =
        Scripted.start(context -> context.callAll(List.of("a"), 0, Ask::new).toString());
    SimulatedRun single =
        Scripted.start(context -> context.callAll(List.of("a", "b"), 1, Ask::new).toString());

    assertThat(refused.types()).containsExactly("RunStarted", "RunFailed");
    assertThat(single.open().activities()).hasSize(1);
    single.replayer().abandon();
  }

  @Test
  void a_timer_takes_from_nothing_to_its_longest_and_no_more() {
    for (Duration fine : List.of(Duration.ZERO, Duration.ofDays(LONGEST_DAYS))) {
      SimulatedRun run = Scripted.start(context -> "" + context.timer(fine).isDone());
      assertThat(run.types()).containsExactly("RunStarted", "TimerSet", "RunCompleted");
    }
    for (Duration wrong :
        List.of(Duration.ofNanos(-1), Duration.ofDays(LONGEST_DAYS).plusNanos(1))) {
      SimulatedRun run = Scripted.start(context -> "" + context.timer(wrong).isDone());
      assertThat(run.types()).containsExactly("RunStarted", "RunFailed");
    }
  }

  @Test
  void waiting_for_what_is_already_so_sets_no_timer() {
    SimulatedRun run =
        Scripted.start(context -> "" + context.awaitUntil(() -> true, Duration.ofSeconds(1)));

    assertThat(run.types()).containsExactly("RunStarted", "RunCompleted");
    assertThat(run.history().getLast().event()).isEqualTo(Scripted.returned("true"));
  }

  @Test
  void waiting_ends_with_what_it_waited_for_or_with_its_time() {
    Function<RunContext, String> code =
        context -> {
          var call = context.start(new Ask("a"));
          return "" + context.awaitUntil(call::isDone, Duration.ofSeconds(1));
        };

    SimulatedRun came = Scripted.start(code).happen(Scripted.answer(1));
    SimulatedRun late = Scripted.start(code).happen(new Event.TimerFired(2));

    assertThat(came.types()).contains("TimerCancelled");
    assertThat(came.history().getLast().event()).isEqualTo(Scripted.returned("true"));
    assertThat(late.types()).doesNotContain("TimerCancelled");
    assertThat(late.history().getLast().event()).isEqualTo(Scripted.returned("false"));
  }
}
