package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.workflow.RunContext;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// How code changes under runs that are on their way.
final class VersionGateTest {

  private static String before(RunContext context) {
    return context.call(new Ask("old way")) + context.call(new Ask("then"));
  }

  private static String after(RunContext context) {
    String first =
        context.version("better-way", 1, 2) == 1
            ? context.call(new Ask("old way"))
            : context.call(new Ask("new way"));
    return first + context.call(new Ask("then"));
  }

  private static Replayer replay(Function<RunContext, String> code, List<RecordedEvent> history) {
    Replayer replayer = new Replayer(Scripted.ID, Scripted.catalog(code), SimulatedRun.CODEC);
    replayer.replay(history);
    return replayer;
  }

  @Test
  void a_run_that_was_past_the_line_before_there_was_a_gate_goes_on_as_before() {
    SimulatedRun run = Scripted.start(VersionGateTest::before).happen(Scripted.answer(1));

    Replayer again = replay(VersionGateTest::after, run.history());

    assertThat(again.divergence()).isEmpty();
    assertThat(again.play(Scripted.answer(2), SimulatedRun.BEGINNING))
        .containsExactly(Scripted.returned("answer 1answer 2"));
  }

  @Test
  void a_run_that_reaches_the_gate_now_takes_the_latest_version_and_keeps_it() {
    SimulatedRun run = Scripted.start(VersionGateTest::after);

    Replayer again = replay(VersionGateTest::after, run.history());

    assertThat(run.types()).containsExactly("RunStarted", "VersionChosen", "ActivityScheduled");
    assertThat(run.history().get(1).event()).isEqualTo(new Event.VersionChosen(1, "better-way", 2));
    assertThat(again.divergence()).isEmpty();
  }

  @Test
  void a_run_keeps_its_version_when_a_later_one_comes() {
    Function<RunContext, String> evenLater =
        context -> {
          int version = context.version("better-way", 1, 3);
          return context.call(new Ask(version == 2 ? "new way" : "newest way"));
        };
    SimulatedRun run = Scripted.start(VersionGateTest::after);

    assertThat(replay(evenLater, run.history()).divergence()).isEmpty();
  }

  @Test
  void every_pass_of_one_gate_gives_the_same_version() {
    Function<RunContext, String> before =
        context -> context.call(new Ask("1")) + context.call(new Ask("2"));
    Function<RunContext, String> after =
        context -> {
          StringBuilder seen = new StringBuilder();
          for (int i = 1; i <= 2; i++) {
            seen.append(context.version("loop", 1, 2)).append(context.call(new Ask("" + i)));
          }
          return seen.toString();
        };
    SimulatedRun run = Scripted.start(before);

    Replayer again = replay(after, run.history());
    List<Event> next = again.play(Scripted.answer(1), SimulatedRun.BEGINNING);
    List<Event> end = again.play(Scripted.answer(2), SimulatedRun.BEGINNING);

    assertThat(next).singleElement().isInstanceOf(Event.ActivityScheduled.class);
    assertThat(end).containsExactly(Scripted.returned("1answer 11answer 2"));
  }

  @Test
  void a_run_whose_version_is_no_longer_supported_stops() {
    Function<RunContext, String> without =
        context -> context.version("better-way", 2, 2) + context.call(new Ask("new way"));
    SimulatedRun run = Scripted.start(VersionGateTest::before);

    Replayer again = replay(without, run.history());

    assertThat(again.divergence())
        .hasValueSatisfying(divergence -> {
          assertThat(divergence.recorded()).isEqualTo("version 1 of better-way");
          assertThat(divergence.issued()).isEqualTo("support for versions 2 to 2");
        });
  }
}
