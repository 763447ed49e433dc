package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.RunContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which code and history can disagree, and how it is told.
final class DivergenceTest {

  record Unregistered(String text) implements Call<String> {}

  /// @param history what is recorded
  /// @param code what this build does
  /// @param recorded what the explanation names as the history's side
  /// @param issued what it names as the code's
  record Disagreement(
      List<Event> history, Function<RunContext, String> code, String recorded, String issued) {}

  static Stream<Arguments> disagreements() {
    return Stream.of(
        Arguments.of(
            "another input",
            disagree(
                List.of(scheduled(1, "a")),
                context -> context.call(new Ask("b")),
                "call 1 of Ask with {\"text\":\"a\"}",
                "call 1 of Ask with {\"text\":\"b\"}")),
        Arguments.of(
            "another kind of command",
            disagree(
                List.of(scheduled(1, "a")),
                context -> "" + context.timer(Duration.ZERO).isDone(),
                "call 1 of Ask with {\"text\":\"a\"}",
                "timer 1 for 2026-01-01T00:00:00Z")),
        Arguments.of(
            "a timer of another length",
            disagree(
                List.of(new Event.TimerSet(1, SimulatedRun.BEGINNING.plusSeconds(5))),
                context -> "" + context.timer(Duration.ofSeconds(6)).isDone(),
                "timer 1 for 2026-01-01T00:00:05Z",
                "timer 1 for 2026-01-01T00:00:06Z")),
        Arguments.of(
            "a command that the code no longer issues",
            disagree(
                List.of(scheduled(1, "a"), scheduled(2, "b")),
                context -> context.call(new Ask("a")),
                "call 2 of Ask with {\"text\":\"b\"}",
                "nothing to do there")),
        Arguments.of(
            "a command that the history has no place for",
            disagree(
                List.of(scheduled(1, "a"), Scripted.answer(1)),
                context -> {
                  context.start(new Ask("a"));
                  return context.call(new Ask("b"));
                },
                "no command there",
                "call 2 of Ask with {\"text\":\"b\"}")),
        Arguments.of(
            "a recorded value of another name",
            disagree(
                List.of(new Event.ValueRecorded(1, "old", Payload.NULL, null)),
                context -> context.record("new", String.class, () -> "x"),
                "recorded value 1 named old",
                "recorded value 1 named new")),
        Arguments.of(
            "a version gate that is gone",
            disagree(
                List.of(new Event.VersionChosen(1, "change", 2)),
                context -> context.call(new Ask("a")),
                "version gate 1 named change",
                "call 1 of Ask with {\"text\":\"a\"}")),
        Arguments.of(
            "an end that comes too early",
            disagree(
                List.of(scheduled(1, "a"), Scripted.answer(1)),
                context -> "over" + context.start(new Ask("a")).isDone(),
                "more to come",
                "the end with result \"overfalse\"")),
        Arguments.of(
            "another result",
            disagree(
                List.of(Scripted.returned("x")),
                _ -> "y",
                "the end with result \"x\"",
                "the end with result \"y\"")),
        Arguments.of(
            "a failure instead of a result",
            disagree(
                List.of(Scripted.returned("x")),
                _ -> {
                  throw new IllegalStateException("y");
                },
                "the end with result \"x\"",
                "the end with failure IllegalStateException")),
        Arguments.of(
            "another failure",
            disagree(
                List.of(new Event.RunFailed(new Failure("x", "one"))),
                _ -> {
                  throw new IllegalStateException("y");
                },
                "the end with failure x",
                "the end with failure IllegalStateException")),
        Arguments.of(
            "an answer that nothing waits for",
            disagree(
                List.of(
                    scheduled(1, "a"), scheduled(2, "b"), Scripted.answer(1), Scripted.answer(1)),
                context -> {
                  context.start(new Ask("a"));
                  return context.call(new Ask("b"));
                },
                "the result of activity 1",
                "no such call")),
        Arguments.of(
            "an end, and then more",
            disagree(
                List.of(scheduled(1, "a"), Scripted.returned("x"), Scripted.answer(1)),
                context -> "x".substring(context.start(new Ask("a")).isDone() ? 1 : 0),
                "the result of activity 1",
                "ended before")),
        Arguments.of(
            "a call without a handler",
            disagree(
                List.of(),
                context -> context.call(new Unregistered("a")),
                "room for a command",
                "a call of "
                    + Unregistered.class.getName()
                    + ", for which no activity is registered")),
        Arguments.of(
            "a result of another type",
            disagree(
                List.of(
                    scheduled(1, "a"),
                    new Event.ActivityCompleted(
                        1, 1, SimulatedRun.BEGINNING, Payload.ofJson("{\"no\":\"text\"}"))),
                context -> context.call(new Ask("a")),
                "the result of activity 1",
                "a result type that does not fit")));
  }

  private static Disagreement disagree(
      List<Event> history, Function<RunContext, String> code, String recorded, String issued) {
    return new Disagreement(history, code, recorded, issued);
  }

  private static Event scheduled(int ordinal, String text) {
    return new Event.ActivityScheduled(
        ordinal, "Ask", Effect.WRITE, Payload.ofJson("{\"text\":\"" + text + "\"}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("disagreements")
  void a_disagreement_stops_the_run_and_tells_both_sides(String kind, Disagreement what) {
    Catalog catalog = Scripted.catalog(what.code());
    Replayer replayer = new Replayer(Scripted.ID, catalog, SimulatedRun.CODEC);

    List<Event> commands = replayer.replay(history(what.history()));

    assertThat(replayer.divergence())
        .as(kind)
        .hasValueSatisfying(divergence -> {
          assertThat(divergence.recorded()).isEqualTo(what.recorded());
          assertThat(divergence.issued()).startsWith(what.issued());
          assertThat(divergence.explanation())
              .contains("BST-RUN-001", what.recorded(), what.issued());
        });
    assertThat(commands).as("nothing new is handed out").isEmpty();
    replayer.abandon();
  }

  @ParameterizedTest
  @MethodSource("wrongStarts")
  void a_start_that_this_build_can_do_nothing_with_stops_the_run(
      String workflow, String input, String issued) {
    Replayer replayer =
        new Replayer(Scripted.ID, Scripted.catalog(_ -> "unused"), SimulatedRun.CODEC);

    List<Event> commands =
        replayer.play(
            new Event.RunStarted(workflow, null, "test", Payload.ofJson(input)),
            SimulatedRun.BEGINNING);

    assertThat(commands).isEmpty();
    assertThat(replayer.divergence())
        .hasValueSatisfying(divergence -> assertThat(divergence.issued()).startsWith(issued));
  }

  static Stream<Arguments> wrongStarts() {
    return Stream.of(
        Arguments.of("unheard-of", "\"x\"", "no workflow of that name"),
        Arguments.of("scripted", "{\"a\":1}", "an input type that does not fit"),
        Arguments.of("scripted", "null", "no use for an input of null"));
  }

  private static List<RecordedEvent> history(List<Event> events) {
    List<RecordedEvent> history = new ArrayList<>();
    Instant at = SimulatedRun.BEGINNING;
    history.add(
        new RecordedEvent(
            Scripted.ID,
            1,
            at,
            new Event.RunStarted("scripted", null, "test", Payload.ofJson("\"in\""))));
    for (Event event : events) {
      history.add(new RecordedEvent(Scripted.ID, history.size() + 1, at, event));
    }
    return history;
  }
}
