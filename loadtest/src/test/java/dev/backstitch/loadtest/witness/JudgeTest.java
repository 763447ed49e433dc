package dev.backstitch.loadtest.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Begins with a story in which all is well, changes one thing, and wants that one thing found.
final class JudgeTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final RunId FIRST = new RunId(1_000);
  private static final RunId SECOND = new RunId(2_000);

  private final Map<RunId, List<RecordedEvent>> histories = new HashMap<>();
  private final List<Statement> heard = new ArrayList<>();
  private final List<String> left = new ArrayList<>();

  /// A read, then a write in two attempts, then a `ONCE`, then a write; and what was heard of them.
  private void allIsWell(RunId run) {
    record(run, new Event.RunStarted("chaos", "key", "b", Payload.ofJson("{}")));
    record(run, scheduled(1, Effect.READ));
    record(run, completed(1, 1));
    record(run, scheduled(2, Effect.WRITE));
    record(run, new Event.ActivityAttemptFailed(2, 1, NOON, new Failure("lot", "no"), NOON));
    record(run, completed(2, 2));
    record(run, scheduled(3, Effect.ONCE));
    record(run, new Event.ActivityStarted(3, 1));
    record(run, completed(3, 1));
    record(run, scheduled(4, Effect.WRITE));
    record(run, completed(4, 1));
    record(run, new Event.RunCompleted(Payload.NULL));
    heard.add(new Statement.StartAcknowledged(run, "key"));
    heard.add(begun(run, 1, 1, Effect.READ));
    heard.add(begun(run, 2, 1, Effect.WRITE));
    heard.add(begun(run, 2, 2, Effect.WRITE));
    heard.add(begun(run, 3, 1, Effect.ONCE));
    heard.add(begun(run, 4, 1, Effect.WRITE));
    heard.add(new Statement.EndAcknowledged(run));
  }

  private void record(RunId run, Event event) {
    List<RecordedEvent> history = histories.computeIfAbsent(run, _ -> new ArrayList<>());
    history.add(new RecordedEvent(run, history.size() + 1, NOON, event));
  }

  private static Event scheduled(int ordinal, Effect effect) {
    return new Event.ActivityScheduled(ordinal, "A", effect, Payload.ofJson(input(ordinal)));
  }

  private static Event completed(int ordinal, int attempt) {
    return new Event.ActivityCompleted(ordinal, attempt, NOON, Payload.NULL);
  }

  private static String input(int ordinal) {
    return "{\"label\":\"" + ordinal + "\"}";
  }

  private static Statement.Begun begun(RunId run, int ordinal, int attempt, Effect effect) {
    return begun(run, ordinal, attempt, effect, "w1", 0);
  }

  private static Statement.Begun begun(
      RunId run, int ordinal, int attempt, Effect effect, String process, long stalled) {
    return new Statement.Begun(
        run, ordinal, attempt, run + "-" + ordinal, effect, input(ordinal), process, stalled);
  }

  private Verdict judge() {
    return Judge.judge(
        heard, run -> new Judge.Evidence(histories.getOrDefault(run, List.of()), left));
  }

  private void remove(RunId run, int seq) {
    histories.getOrDefault(run, List.of()).removeIf(recorded -> recorded.seq() == seq);
  }

  /// Before the end was acknowledged.
  private void hearLate(Statement statement) {
    heard.add(heard.size() - 1, statement);
  }

  private void hearSignals(String... ids) {
    for (String id : ids) {
      hearLate(new Statement.SignalAcknowledged(FIRST, id));
    }
  }

  /// In front of the end, which keeps its seq for the sake of brevity.
  private void recordSignals(String... ids) {
    List<RecordedEvent> history = histories.getOrDefault(FIRST, List.of());
    for (String id : ids) {
      Event signal = new Event.SignalReceived("word", id, "somebody", Payload.NULL);
      history.add(history.size() - 1, new RecordedEvent(FIRST, 12, NOON, signal));
    }
  }

  private static void assertOnlyLost(Verdict verdict, String what) {
    assertThat(verdict.lost()).singleElement().asString().contains(what);
    assertThat(verdict.repeated()).isEmpty();
    assertThat(verdict.violations()).isEmpty();
  }

  private static void assertOnlyRepeated(Verdict verdict, String what) {
    assertThat(verdict.lost()).isEmpty();
    assertThat(verdict.repeated()).singleElement().asString().contains(what);
    assertThat(verdict.violations()).isEmpty();
  }

  private static void assertOnlyViolated(Verdict verdict, String what) {
    assertThat(verdict.lost()).isEmpty();
    assertThat(verdict.repeated()).isEmpty();
    assertThat(verdict.violations()).singleElement().asString().contains(what);
  }

  @Test
  void when_all_is_well_nothing_is_found() {
    allIsWell(FIRST);
    allIsWell(SECOND);

    assertThat(judge()).isEqualTo(new Verdict(List.of(), List.of(), List.of(), 0));
  }

  @Test
  void an_acknowledged_start_that_is_not_there_is_lost() {
    allIsWell(FIRST);
    heard.add(new Statement.StartAcknowledged(SECOND, "other"));

    assertOnlyLost(judge(), SECOND + " was acknowledged as started");
  }

  @Test
  void an_acknowledged_end_that_is_not_there_is_lost_and_the_run_is_open() {
    allIsWell(FIRST);
    remove(FIRST, 12);

    Verdict verdict = judge();

    assertThat(verdict.lost()).singleElement().asString().contains("acknowledged as ended");
    assertThat(verdict.violations()).singleElement().asString().contains("is still open");
  }

  @Test
  void an_effect_that_is_recorded_and_never_began_is_lost() {
    allIsWell(FIRST);
    heard.removeIf(one -> one instanceof Statement.Begun begun && begun.ordinal() == 4);

    assertOnlyLost(judge(), "command 4 is recorded as completed by attempt 1, which never began");
  }

  @Test
  void a_write_after_its_outcome_was_durable_is_repeated() {
    allIsWell(FIRST);
    hearLate(begun(FIRST, 2, 2, Effect.WRITE, "w2", 0));

    assertOnlyRepeated(judge(), "command 2 (WRITE) was begun by w2 after its outcome, seq 6");
  }

  @Test
  void a_write_after_the_end_of_its_run_was_acknowledged_is_repeated() {
    allIsWell(FIRST);
    heard.add(begun(FIRST, 4, 1, Effect.WRITE, "w2", 0));

    assertOnlyRepeated(judge(), "command 4");
  }

  @Test
  void a_write_out_of_a_stall_is_late_and_not_repeated() {
    allIsWell(FIRST);
    hearLate(begun(FIRST, 2, 2, Effect.WRITE, "w2", 5_000));

    assertThat(judge()).isEqualTo(new Verdict(List.of(), List.of(), List.of(), 1));
  }

  @Test
  void a_write_that_began_twice_before_anybody_knew_its_outcome_is_no_repetition() {
    allIsWell(FIRST);
    // Between the second attempt and the ONCE: the outcome may just not have been recorded.
    heard.add(4, begun(FIRST, 2, 2, Effect.WRITE, "w2", 0));

    assertThat(judge().repeated()).isEmpty();
    assertThat(judge().violations()).isEmpty();
  }

  @Test
  void a_read_is_repeated_only_by_who_knows_its_outcome() {
    allIsWell(FIRST);
    hearLate(begun(FIRST, 1, 1, Effect.READ, "another", 0));
    assertThat(judge().repeated()).isEmpty();

    hearLate(begun(FIRST, 1, 1, Effect.READ, "w1", 0));

    assertOnlyRepeated(judge(), "command 1 (READ) was begun by w1");
  }

  @Test
  void a_once_that_began_twice_is_violated_whatever_the_excuse() {
    allIsWell(FIRST);
    heard.add(6, begun(FIRST, 3, 1, Effect.ONCE, "w2", 60_000));

    Verdict verdict = judge();

    assertThat(verdict.violations()).singleElement().asString().contains("(ONCE) began twice");
  }

  @Test
  void a_write_without_its_command_is_violated() {
    allIsWell(FIRST);
    hearLate(begun(FIRST, 9, 1, Effect.WRITE));

    assertOnlyViolated(judge(), "command 9 attempt 1 began without its command");
  }

  @Test
  void a_second_attempt_without_a_failed_first_is_violated() {
    allIsWell(FIRST);
    remove(FIRST, 5);

    assertOnlyViolated(judge(), "command 2 attempt 2 began without what must be recorded");
  }

  @Test
  void a_once_without_its_recorded_start_is_violated() {
    allIsWell(FIRST);
    remove(FIRST, 8);

    assertOnlyViolated(judge(), "command 3 attempt 1 began without what must be recorded");
  }

  @Test
  void a_write_on_facts_that_were_lost_again_is_violated() {
    allIsWell(FIRST);
    Statement.Begun real = begun(FIRST, 4, 1, Effect.WRITE);
    heard.set(
        5,
        new Statement.Begun(
            FIRST, 4, 1, real.idempotencyKey(), Effect.WRITE, "{\"label\":\"x\"}", "w0", 0));
    heard.add(6, real);

    Verdict verdict = judge();

    assertThat(verdict.violations())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("but recorded is"))
        .anySatisfy(line -> assertThat(line).contains("began with two inputs"));
  }

  @Test
  void a_key_for_two_calls_and_two_keys_for_one_are_violated() {
    allIsWell(FIRST);
    Statement.Begun two = begun(FIRST, 2, 1, Effect.WRITE);
    heard.set(
        2,
        new Statement.Begun(
            FIRST, 2, 1, FIRST + "-4", Effect.WRITE, two.input(), two.process(), 0));

    Verdict verdict = judge();

    assertThat(verdict.violations())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("command 2 has two keys"))
        .anySatisfy(line -> assertThat(line).contains("has the idempotency key of"));
  }

  @Test
  void a_write_that_began_before_the_one_it_waited_for_is_violated() {
    allIsWell(FIRST);
    Statement last = heard.remove(5);
    heard.add(2, last);

    Verdict verdict = judge();

    assertThat(verdict.violations())
        .anySatisfy(line -> assertThat(line).contains("command 4 began before command 2"));
  }

  @Test
  void a_start_that_became_durable_late_may_work_behind_a_younger_run_of_its_key() {
    allIsWell(SECOND);
    allIsWell(FIRST);

    assertThat(judge().violations()).isEmpty();
  }

  @Test
  void a_run_that_works_after_the_next_of_its_key_does_is_violated() {
    allIsWell(FIRST);
    allIsWell(SECOND);
    // The first run's end was not acknowledged to anybody, so only the key tells.
    heard.remove(6);
    heard.remove(5);
    heard.add(begun(FIRST, 4, 1, Effect.WRITE));

    assertOnlyViolated(
        judge(), FIRST + " still worked when " + SECOND + ", the next one with its key, did");
  }

  @Test
  void a_run_that_failed_is_violated() {
    allIsWell(FIRST);
    remove(FIRST, 12);
    record(FIRST, new Event.RunFailed(new Failure("x", "y")));

    assertOnlyViolated(judge(), "ended with RunFailed");
  }

  @Test
  void a_run_that_was_to_end_may_end_so_or_complete_before() {
    for (RunStatus how : List.of(RunStatus.CANCELLED, RunStatus.TERMINATED)) {
      heard.clear();
      histories.clear();
      allIsWell(FIRST);
      hearLate(new Statement.EndAsked(FIRST, how));
      assertThat(judge().violations()).isEmpty();

      endAs(how);
      hearLate(new Statement.EndAccepted(FIRST, how));

      assertThat(judge()).isEqualTo(new Verdict(List.of(), List.of(), List.of(), 0));
    }
  }

  @Test
  void an_accepted_end_of_a_run_that_goes_on_is_lost() {
    allIsWell(FIRST);
    hearLate(new Statement.EndAsked(FIRST, RunStatus.TERMINATED));
    hearLate(new Statement.EndAccepted(FIRST, RunStatus.TERMINATED));

    assertOnlyLost(judge(), "was to be TERMINATED");
  }

  @Test
  void a_run_that_nobody_wanted_to_end_is_violated() {
    allIsWell(FIRST);
    endAs(RunStatus.CANCELLED);

    assertOnlyViolated(judge(), "ended with RunCancelled");
  }

  @Test
  void only_a_run_that_was_ended_by_force_may_go_on_while_the_next_of_its_key_works() {
    for (RunStatus how : List.of(RunStatus.CANCELLED, RunStatus.TERMINATED)) {
      heard.clear();
      histories.clear();
      allIsWell(FIRST);
      endAs(how);
      hearLate(new Statement.EndAsked(FIRST, how));
      heard.removeIf(Statement.EndAcknowledged.class::isInstance);
      Statement late = heard.remove(5);
      allIsWell(SECOND);
      heard.add(late);

      assertThat(judge().violations()).hasSize(how == RunStatus.CANCELLED ? 1 : 0);
    }
  }

  @Test
  void what_a_run_begins_behind_its_end_by_force_is_in_no_order() {
    allIsWell(FIRST);
    endAs(RunStatus.TERMINATED);
    heard.removeIf(Statement.EndAcknowledged.class::isInstance);
    List<Statement> late = new ArrayList<>(heard.subList(2, heard.size()));
    heard.subList(2, heard.size()).clear();
    heard.add(new Statement.EndAsked(FIRST, RunStatus.TERMINATED));
    heard.add(new Statement.EndAccepted(FIRST, RunStatus.TERMINATED));
    allIsWell(SECOND);
    // The owner stood still. It hears so in the middle of the next run.
    heard.addAll(heard.size() - 3, late);

    assertThat(judge().violations()).isEmpty();
  }

  private void endAs(RunStatus how) {
    remove(FIRST, 12);
    record(
        FIRST,
        how == RunStatus.CANCELLED
            ? new Event.RunCancelled("somebody", "")
            : new Event.RunTerminated("somebody", ""));
  }

  @Test
  void signals_in_their_order_are_well_even_if_nobody_was_told_of_some() {
    allIsWell(FIRST);
    hearSignals("one", "three");
    recordSignals("one", "two", "three");

    assertThat(judge()).isEqualTo(new Verdict(List.of(), List.of(), List.of(), 0));
  }

  @Test
  void an_acknowledged_signal_that_is_not_there_is_lost() {
    allIsWell(FIRST);
    hearSignals("one", "two");
    recordSignals("one");

    assertOnlyLost(judge(), "accepted signal two");
  }

  @Test
  void a_signal_that_a_run_left_behind_at_its_end_is_well_and_that_of_an_open_one_is_lost() {
    allIsWell(FIRST);
    hearSignals("one");
    left.add("one");

    assertThat(judge()).isEqualTo(new Verdict(List.of(), List.of(), List.of(), 0));

    remove(FIRST, 12);
    heard.removeIf(Statement.EndAcknowledged.class::isInstance);
    assertThat(judge().lost()).singleElement().asString().contains("accepted signal one");
  }

  @Test
  void a_signal_that_is_there_twice_is_repeated() {
    allIsWell(FIRST);
    hearSignals("one", "two");
    recordSignals("one", "two", "one");

    assertOnlyRepeated(judge(), "heard signal one again");
  }

  @Test
  void signals_in_another_order_are_violated() {
    allIsWell(FIRST);
    hearSignals("one", "two");
    recordSignals("two", "one");

    assertOnlyViolated(judge(), "heard its signals as [two, one]");
  }

  @Test
  void a_statement_is_read_back_from_its_line_as_it_was() {
    allIsWell(FIRST);
    hearSignals("one");
    hearLate(new Statement.EndAsked(FIRST, RunStatus.CANCELLED));
    hearLate(new Statement.EndAccepted(FIRST, RunStatus.CANCELLED));

    assertThat(heard.stream().map(Statement::line).map(Statement::parse))
        .containsExactlyElementsOf(heard);
  }
}
