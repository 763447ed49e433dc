package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which recorded command a command agrees with.
final class CommandMatcherTest {
  private static final Instant AT = SimulatedRun.BEGINNING;
  private static final Payload ONE = Payload.ofJson("1");
  private static final Payload TWO = Payload.ofJson("2");
  private static final Failure FAILURE = new Failure("busy", "not now");

  /// @param others commands that differ from it in one part that counts
  record Matching(Event issued, Event recorded, List<Event> others) {}

  static Stream<Matching> commands() {
    return Stream.of(
        new Matching(
            scheduled(1, "Ask", ONE),
            // What it does to the world is what it was registered as at that time.
            new Event.ActivityScheduled(1, "Ask", Effect.READ, ONE),
            List.of(scheduled(2, "Ask", ONE), scheduled(1, "Tell", ONE), scheduled(1, "Ask", TWO))),
        new Matching(
            new Event.TimerSet(1, AT),
            new Event.TimerSet(1, AT),
            List.of(new Event.TimerSet(2, AT), new Event.TimerSet(1, AT.plusSeconds(1)))),
        new Matching(
            new Event.TimerCancelled(2, 1),
            new Event.TimerCancelled(2, 1),
            List.of(new Event.TimerCancelled(3, 1), new Event.TimerCancelled(2, 0))),
        new Matching(
            new Event.ValueRecorded(1, "dice", ONE, null),
            new Event.ValueRecorded(1, "dice", TWO, FAILURE),
            List.of(
                new Event.ValueRecorded(2, "dice", ONE, null),
                new Event.ValueRecorded(1, "coin", ONE, null))),
        new Matching(
            new Event.VersionChosen(1, "change", 3),
            new Event.VersionChosen(1, "change", 2),
            List.of(
                new Event.VersionChosen(2, "change", 3), new Event.VersionChosen(1, "other", 3))),
        new Matching(
            new Event.PostRecorded(1, "wall:a", "key", ONE),
            new Event.PostRecorded(1, "wall:a", "key", ONE),
            List.of(
                new Event.PostRecorded(2, "wall:a", "key", ONE),
                new Event.PostRecorded(1, "wall:b", "key", ONE),
                new Event.PostRecorded(1, "wall:a", "other", ONE),
                new Event.PostRecorded(1, "wall:a", "key", TWO))),
        new Matching(
            new Event.FinalPostDeclared(1, "wall:a", "key", ONE, ONE, ONE, ONE),
            new Event.FinalPostDeclared(1, "wall:a", "key", ONE, ONE, ONE, ONE),
            List.of(
                new Event.FinalPostDeclared(2, "wall:a", "key", ONE, ONE, ONE, ONE),
                new Event.FinalPostDeclared(1, "wall:a", "key", ONE, ONE, ONE, TWO),
                new Event.FinalPostDeclared(1, "wall:a", "key", ONE, TWO, ONE, ONE))),
        new Matching(
            new Event.RunCompleted(ONE),
            new Event.RunCompleted(ONE),
            List.of(new Event.RunCompleted(TWO))),
        new Matching(
            new Event.RunFailed(FAILURE),
            new Event.RunFailed(FAILURE),
            List.of(new Event.RunFailed(new Failure("busy", "never")))));
  }

  private static Event scheduled(int ordinal, String activity, Payload input) {
    return new Event.ActivityScheduled(ordinal, activity, Effect.WRITE, input);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_agrees_with_its_own_record_and_no_other(Matching matching) {
    assertThat(CommandMatcher.compare(matching.recorded(), matching.issued(), 7)).isEmpty();

    Stream<Event> otherKinds =
        commands().map(Matching::recorded).filter(e -> !e.type().equals(matching.issued().type()));
    Stream.concat(matching.others().stream(), otherKinds)
        .forEach(other ->
            assertThat(CommandMatcher.compare(other, matching.issued(), 7))
                .contains(
                    new Divergence(
                        7,
                        CommandMatcher.describe(other),
                        CommandMatcher.describe(matching.issued()))));
  }

  @Test
  void code_issues_no_outcomes() {
    assertThatThrownBy(
            () -> CommandMatcher.compare(new Event.TimerFired(1), new Event.TimerFired(1), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("TimerFired");
  }

  @Test
  void a_description_is_cut_behind_300_characters_of_payload() {
    String whole = "\"" + "x".repeat(298) + "\"";
    String longer = "\"" + "x".repeat(299) + "\"";

    assertThat(CommandMatcher.describe(new Event.RunCompleted(Payload.ofJson(whole))))
        .isEqualTo("the end with result " + whole);
    assertThat(CommandMatcher.describe(new Event.RunCompleted(Payload.ofJson(longer))))
        .isEqualTo("the end with result " + longer.substring(0, 300) + "...");
  }

  @Test
  void every_event_is_described_in_its_own_words() {
    List<Event> others =
        List.of(
            new Event.RunStarted("greet", null, "test", ONE),
            new Event.ActivityStarted(1, 1),
            new Event.ActivityAttemptFailed(1, 1, AT, FAILURE, AT),
            new Event.ActivityDeferred(1, 1, "quota", AT),
            new Event.ActivityCompleted(1, 1, AT, ONE),
            new Event.ActivityFailed(1, 1, AT, FAILURE),
            new Event.ActivityOutcomeUnknown(1, 1),
            new Event.TimerFired(1));

    assertThat(Stream.concat(commands().map(Matching::recorded), others.stream()))
        .extracting(CommandMatcher::describe)
        .allMatch(words -> words.length() > 5)
        .doesNotHaveDuplicates();
  }
}
