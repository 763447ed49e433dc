package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the engine relies on in its inbox, for PostgreSQL and its simulation.
abstract class LaneInboxTest extends LaneLeaseTest {
  private static final SendResult ACCEPTED = new SendResult.Accepted();
  private static final Event.RunTerminated BY_FORCE = new Event.RunTerminated("ops", "enough");

  private static Event.SignalReceived signal(String id) {
    return new Event.SignalReceived("word", id, "somebody", Payload.ofJson("\"" + id + "\""));
  }

  private SendResult send(String id) {
    return ground.send(run, "signal:" + id, signal(id), 100);
  }

  /// What the worker finds, by the ids of the signals.
  private List<String> found(long workerId) {
    return ground.read(workerId, 0, 100).stream()
        .map(message -> ((Event.SignalReceived) message.event()).id())
        .toList();
  }

  private long messageId() {
    return ground.read(worker, 0, 1).getFirst().messageId();
  }

  /// A checkpoint that takes messages, with one event if it has a seq.
  private static Checkpoint take(RunId id, int seq, Long... messages) {
    List<RecordedEvent> events =
        seq == 0 ? List.of() : List.of(new RecordedEvent(id, seq, AT, signal("taken")));
    return new Checkpoint(id, null, events, Arrays.asList(messages), new RunChange.None(), NOBODY);
  }

  private void begin(RunId id) throws SQLException {
    lane.write(List.of(start(id, null)));
  }

  // ------------------------------------------------------------------ sending and finding

  @Test
  void a_message_is_found_by_the_worker_that_has_the_run_in_the_order_of_sending()
      throws SQLException {
    long other = ground.register();
    begin(run);

    assertThat(send("one")).isEqualTo(ACCEPTED);
    assertThat(send("two")).isEqualTo(ACCEPTED);

    assertThat(found(worker)).containsExactly("one", "two");
    assertThat(found(other)).isEmpty();
    WaitingMessage first = ground.read(worker, 0, 1).getFirst();
    assertThat(first.event()).isEqualTo(signal("one"));
    assertThat(first.runId()).isEqualTo(run);
    assertThat(first.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(ground.read(worker, first.messageId(), 100)).hasSize(1);
  }

  @Test
  void a_message_with_the_same_key_is_the_same_message() throws SQLException {
    begin(run);
    send("one");

    assertThat(ground.send(run, "signal:one", signal("other words"), 100)).isEqualTo(ACCEPTED);

    assertThat(found(worker)).containsExactly("one");
  }

  @Test
  void a_full_inbox_accepts_only_what_it_has() throws SQLException {
    begin(run);
    send("one");

    assertThat(ground.send(run, "signal:two", signal("two"), 1)).isEqualTo(new SendResult.Full(1));
    assertThat(ground.send(run, "signal:one", signal("one"), 1)).isEqualTo(ACCEPTED);

    assertThat(found(worker)).containsExactly("one");
  }

  @Test
  void nobody_can_be_told_anything_who_is_not_there() {
    assertThat(send("one")).isEqualTo(new SendResult.UnknownRun());
    assertThat(ground.terminate(run, BY_FORCE)).isEmpty();
  }

  @Test
  void a_closed_run_accepts_only_what_it_was_sent_before() throws SQLException {
    begin(run);
    send("one");
    Checkpoint took =
        new Checkpoint(
            run,
            null,
            List.of(new RecordedEvent(run, 2, AT, signal("one"))),
            List.of(messageId()),
            new RunChange.None(),
            NOBODY);
    lane.write(List.of(took));
    send("two");
    lane.write(List.of(close(run, 3)));

    assertThat(send("one")).isEqualTo(ACCEPTED);
    assertThat(send("two")).isEqualTo(ACCEPTED);
    assertThat(send("three")).isEqualTo(new SendResult.Closed(RunStatus.COMPLETED));

    assertThat(found(worker)).containsExactly("two");
    ground.layAside(worker, List.of(run));
    assertThat(found(worker)).isEmpty();
    assertThat(send("two")).isEqualTo(ACCEPTED);
  }

  @Test
  void a_parked_run_is_woken_by_a_message_which_its_next_owner_addresses_to_itself()
      throws SQLException {
    long other = ground.register();
    begin(run);
    lane.write(List.of(park(run, null)));
    assertThat(ground.claim(other, GREET, 10)).isEmpty();

    send("one");

    assertThat(found(worker)).isEmpty();
    assertThat(ground.claim(other, GREET, 10)).containsExactly(run);
    assertThat(found(other)).isEmpty();
    assertThat(ground.address(other, List.of(run))).isEqualTo(1);
    assertThat(ground.address(other, List.of(run))).isEqualTo(0);
    assertThat(found(other)).containsExactly("one");
  }

  @Test
  void a_message_that_came_before_the_parking_makes_it_short() throws SQLException {
    begin(run);
    send("one");

    lane.write(List.of(park(run, null)));

    assertThat(ground.claim(worker, GREET, 10)).containsExactly(run);
    assertThat(found(worker)).containsExactly("one");
  }

  @Test
  void a_stuck_run_is_not_woken() throws SQLException {
    begin(run);
    lane.write(List.of(step(run, 2, 0, new RunChange.Stuck("why"))));

    assertThat(send("one")).isEqualTo(ACCEPTED);

    assertThat(ground.claim(worker, GREET, 10)).isEmpty();
  }

  // ------------------------------------------------------------------ taking

  @Test
  void a_message_is_taken_once() throws SQLException {
    RunId other = ground.newId();
    begin(run);
    begin(other);
    send("one");
    long message = messageId();

    assertThat(stateOf(lane, take(run, 2, message), take(run, 3, message))).isEqualTo("BS003");
    assertThat(stateOf(lane, take(run, 2, message, message))).isEqualTo("BS003");
    assertThat(stateOf(lane, take(other, 2, message))).isEqualTo("BS003");
    assertThat(found(worker)).containsExactly("one");
    assertThat(stateOf(lane, take(run, 2, message))).isEqualTo("00000");
    assertThat(stateOf(lane, take(run, 3, message))).isEqualTo("BS003");

    assertThat(found(worker)).isEmpty();
    assertThat(seqs(run)).containsExactly(1, 2);
    assertThat(seqs(other)).containsExactly(1);
  }

  @Test
  void what_was_taken_and_is_sent_again_waits_again() throws SQLException {
    begin(run);
    send("one");
    lane.write(List.of(take(run, 2, messageId())));

    assertThat(send("one")).isEqualTo(ACCEPTED);

    assertThat(found(worker)).containsExactly("one");
    lane.write(List.of(take(run, 0, messageId())));
    assertThat(found(worker)).isEmpty();
    assertThat(seqs(run)).containsExactly(1, 2);
  }

  @Test
  void a_lost_batch_that_only_takes_is_found_by_what_it_took() throws SQLException {
    begin(run);
    send("one");
    List<Checkpoint> batch = List.of(take(run, 0, messageId()));
    assertThat(lane.settle(batch)).isInstanceOf(CheckpointStore.Settled.Missing.class);

    lane.write(batch);

    assertThat(lane.settle(batch)).isEqualTo(new CheckpointStore.Settled.Landed(Map.of()));
  }

  // ------------------------------------------------------------------ terminating

  @Test
  void a_termination_closes_the_run_past_its_owner_and_leaves_it_a_note() throws SQLException {
    begin(run);

    assertThat(ground.terminate(run, BY_FORCE)).contains(RunStatus.RUNNING);

    assertThat(ground.history(run).getLast().event()).isEqualTo(BY_FORCE);
    assertThat(seqs(run)).containsExactly(1, 2);
    assertThat(ground.owned(worker)).isEmpty();
    assertThat(ground.read(worker, 0, 10))
        .singleElement()
        .satisfies(note -> {
          assertThat(note.type()).isEqualTo("RunTerminated");
          assertThat(note.status()).isEqualTo(RunStatus.TERMINATED);
        });
    assertThat(ground.terminate(run, BY_FORCE)).contains(RunStatus.TERMINATED);
    assertThat(send("one")).isEqualTo(new SendResult.Closed(RunStatus.TERMINATED));
    ground.layAside(worker, List.of(run));
    assertThat(ground.read(worker, 0, 10)).hasSize(1);
  }

  @Test
  void a_flush_behind_a_termination_is_refused_whatever_it_wants() throws SQLException {
    begin(run);
    send("one");
    long message = messageId();
    ground.terminate(run, BY_FORCE);

    assertThat(stateOf(lane, step(run, 2))).isEqualTo("23505");
    assertThat(stateOf(lane, take(run, 2, message))).isEqualTo("23505");
    assertThat(stateOf(lane, close(run, 3))).isEqualTo("BS003");
    assertThat(stateOf(lane, park(run, null))).isEqualTo("BS003");
    assertThat(stateOf(lane, step(run, 3, 0, new RunChange.Stuck("why")))).isEqualTo("BS003");

    assertThat(seqs(run)).containsExactly(1, 2);
    assertThat(stateOf(lane, take(run, 0, message))).isEqualTo("00000");
  }

  @Test
  void a_parked_run_is_terminated_without_a_note() throws SQLException {
    begin(run);
    lane.write(List.of(park(run, ground.now())));

    assertThat(ground.terminate(run, BY_FORCE)).contains(RunStatus.RUNNING);

    assertThat(ground.claim(worker, GREET, 10)).isEmpty();
    assertThat(ground.read(worker, 0, 10)).isEmpty();
  }

  @Test
  void that_a_terminated_run_has_left_proves_nothing_of_a_lost_batch() throws SQLException {
    begin(run);
    send("one");
    long message = messageId();

    ground.terminate(run, BY_FORCE);

    assertThat(lane.settle(List.of(park(run, null))))
        .isInstanceOf(CheckpointStore.Settled.Missing.class);
    assertThat(lane.settle(List.of(step(run, 2))))
        .isInstanceOf(CheckpointStore.Settled.Missing.class);
    assertThat(lane.settle(List.of(take(run, 0, message))))
        .isInstanceOf(CheckpointStore.Settled.Missing.class);
  }

  @Test
  void a_run_that_ended_by_itself_is_not_terminated() throws SQLException {
    begin(run);
    lane.write(List.of(close(run, 2)));

    assertThat(ground.terminate(run, BY_FORCE)).contains(RunStatus.COMPLETED);

    assertThat(seqs(run)).containsExactly(1, 2);
  }
}
