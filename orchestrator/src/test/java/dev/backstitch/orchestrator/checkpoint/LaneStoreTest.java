package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import dev.backstitch.orchestrator.outbox.Outbox;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the engine relies on in its database, for whatever stands behind [LaneStore]: PostgreSQL
/// and its simulation must both pass.
abstract class LaneStoreTest {
  static final Instant AT = Instant.parse("2026-01-01T00:00:00.000001Z");
  static final Duration WORKER_LEASE = Duration.ofMinutes(1);
  static final List<String> GREET = List.of("greet");

  /// A database with what the engine asks of it besides flushes.
  interface Ground extends AutoCloseable {
    long register();

    LaneStore lane(long workerId);

    List<RunId> claim(long workerId, List<String> workflows, int limit);

    List<RunId> owned(long workerId);

    Optional<Integer> end(long workerId);

    Optional<Instant> beat(long workerId);

    /// Ends the session that tells others that the worker's process lives.
    void cutSession(long workerId);

    /// Who of the others can be heard of no more.
    List<Long> silent(long self);

    Optional<Integer> takeOver(long workerId, long self);

    List<RecordedEvent> history(RunId id);

    SendResult send(RunId id, String dedupKey, Event.MessageEvent event, int mostWaiting);

    Optional<RunStatus> terminate(RunId id, Event.RunTerminated event);

    List<WaitingMessage> read(long workerId, long afterId, int limit);

    int address(long workerId, List<RunId> runs);

    void layAside(long workerId, List<RunId> closed);

    Outbox outbox();

    /// Every version that was posted with what became of it, as `key seq fate`.
    List<String> fates();

    int redrive(String target);

    /// Lets time pass for leases, pauses and what is due.
    void elapse(Duration time);

    RunId newId();

    Instant now();

    @Override
    void close();
  }

  Ground ground;
  long worker;
  LaneStore lane;
  RunId run;

  abstract Ground ground();

  @BeforeEach
  void begin() {
    ground = ground();
    worker = ground.register();
    lane = ground.lane(worker);
    run = ground.newId();
  }

  @AfterEach
  void close() {
    lane.disconnect();
    ground.close();
  }

  // ------------------------------------------------------------------ checkpoints by hand

  static final Checkpoint.Listener NOBODY =
      new Checkpoint.Listener() {
        @Override
        public boolean withdrawn() {
          return false;
        }

        @Override
        public void durable() {}

        @Override
        public void lost(Optional<RunId> holder) {}

        @Override
        public void refused(String problem) {}
      };

  static Checkpoint start(RunId id, @Nullable String key) {
    Event event = new Event.RunStarted("greet", key, "test", Payload.ofJson("1"));
    return new Checkpoint(
        id,
        new Checkpoint.Start("greet", key, "default", 5, true, AT),
        List.of(new RecordedEvent(id, 1, AT, event)),
        List.of(),
        new RunChange.None(),
        NOBODY);
  }

  static Checkpoint step(RunId id, int firstSeq, int events, RunChange change) {
    return new Checkpoint(
        id,
        null,
        IntStream.range(firstSeq, firstSeq + events)
            .mapToObj(seq -> new RecordedEvent(id, seq, AT, new Event.TimerFired(seq)))
            .toList(),
        List.of(),
        change,
        NOBODY);
  }

  static Checkpoint step(RunId id, int seq) {
    return step(id, seq, 1, new RunChange.None());
  }

  static Checkpoint close(RunId id, int seq) {
    return step(id, seq, 1, new RunChange.Closed(RunStatus.COMPLETED, AT));
  }

  static Checkpoint park(RunId id, @Nullable Instant wakeAt) {
    return step(id, 1, 0, new RunChange.Parked(wakeAt));
  }

  List<Integer> seqs(RunId id) {
    return ground.history(id).stream().map(RecordedEvent::seq).toList();
  }

  static String stateOf(LaneStore lane, Checkpoint... batch) {
    try {
      lane.write(List.of(batch));
      return "00000";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  // ------------------------------------------------------------------ writing

  @Test
  void what_is_written_is_read_as_it_was() throws SQLException {
    Checkpoint begun = start(run, "key");

    assertThat(lane.write(List.of(begun, step(run, 2, 3, new RunChange.None())))).isEmpty();

    assertThat(seqs(run)).containsExactly(1, 2, 3, 4);
    assertThat(ground.history(run).getFirst()).isEqualTo(begun.events().getFirst());
    assertThat(ground.owned(worker)).containsExactly(run);
  }

  @Test
  void a_large_event_is_read_as_it_was() throws SQLException {
    Event large =
        new Event.RunStarted(
            "greet", null, "test", Payload.ofJson("\"" + "x".repeat(100_000) + "\""));
    Checkpoint begun =
        new Checkpoint(
            run,
            new Checkpoint.Start("greet", null, "default", 5, true, AT),
            List.of(new RecordedEvent(run, 1, AT, large)),
            List.of(),
            new RunChange.None(),
            NOBODY);

    lane.write(List.of(begun));

    assertThat(ground.history(run)).isEqualTo(begun.events());
  }

  @Test
  void a_worker_that_was_ended_writes_and_claims_nothing() throws SQLException {
    lane.write(List.of(start(run, null), start(ground.newId(), null)));

    assertThat(ground.end(worker)).contains(2);

    assertThat(stateOf(lane, step(run, 2))).isEqualTo("BS001");
    assertThat(lane.settle(List.of(step(run, 2))))
        .isInstanceOf(CheckpointStore.Settled.Fenced.class);
    assertThat(ground.claim(worker, GREET, 10)).isEmpty();
    assertThat(ground.beat(worker)).isEmpty();
    assertThat(ground.end(worker)).isEmpty();
    assertThat(seqs(run)).containsExactly(1);
  }

  @Test
  void a_seq_is_written_once_and_a_refused_batch_leaves_nothing() throws SQLException {
    RunId other = ground.newId();
    lane.write(List.of(start(run, null)));

    assertThat(stateOf(lane, start(other, null), step(run, 1))).isEqualTo("23505");
    assertThat(stateOf(lane, start(run, "another key"))).isEqualTo("23505");

    assertThat(seqs(run)).containsExactly(1);
    assertThat(seqs(other)).isEmpty();
    assertThat(ground.owned(worker)).containsExactly(run);
  }

  @Test
  void only_the_owner_changes_a_runs_row() throws SQLException {
    LaneStore others = ground.lane(ground.register());
    lane.write(List.of(start(run, null)));

    assertThat(stateOf(others, close(run, 2))).isEqualTo("BS003");
    assertThat(stateOf(others, park(run, null))).isEqualTo("BS003");
    assertThat(stateOf(others, step(run, 2, 0, new RunChange.Stuck("why")))).isEqualTo("BS003");
    assertThat(stateOf(lane, close(run, 2), park(run, null))).isEqualTo("BS003");
    assertThat(stateOf(lane, close(run, 2), close(run, 3))).isEqualTo("BS003");

    assertThat(seqs(run)).containsExactly(1);
    assertThat(stateOf(lane, close(run, 2))).isEqualTo("00000");
    assertThat(stateOf(lane, close(run, 3))).isEqualTo("BS003");
    assertThat(ground.owned(worker)).isEmpty();
    others.disconnect();
  }

  @Test
  void the_loser_of_a_key_is_told_who_holds_it_and_leaves_nothing() throws SQLException {
    RunId loser = ground.newId();
    RunId late = ground.newId();
    lane.write(List.of(start(run, "key")));

    Map<RunId, Optional<RunId>> lost =
        lane.write(List.of(start(loser, "key"), close(loser, 2), start(ground.newId(), "other")));

    assertThat(lost).containsExactly(Map.entry(loser, Optional.of(run)));
    assertThat(seqs(loser)).isEmpty();
    assertThat(lane.write(List.of(start(late, "key"), close(run, 2))))
        .containsExactly(Map.entry(late, Optional.empty()));
    assertThat(lane.write(List.of(start(ground.newId(), "key")))).isEmpty();
  }

  // ------------------------------------------------------------------ settling

  @Test
  void a_lost_batch_is_found_if_it_is_there() throws SQLException {
    RunId loser = ground.newId();
    List<Checkpoint> batch = List.of(start(run, "key"), start(loser, "key"));
    assertThat(lane.settle(batch)).isInstanceOf(CheckpointStore.Settled.Missing.class);

    lane.write(batch);

    assertThat(lane.settle(batch))
        .isEqualTo(new CheckpointStore.Settled.Landed(Map.of(loser, Optional.of(run))));
    assertThat(lane.settle(List.of(step(run, 2))))
        .isInstanceOf(CheckpointStore.Settled.Missing.class);
    assertThat(lane.settle(List.of(step(run, 2), step(run, 1))))
        .isEqualTo(new CheckpointStore.Settled.Landed(Map.of()));
  }

  @Test
  void a_lost_parking_is_found_by_the_runs_owner() throws SQLException {
    lane.write(List.of(start(run, null)));
    assertThat(lane.settle(List.of(park(run, null))))
        .isInstanceOf(CheckpointStore.Settled.Missing.class);

    lane.write(List.of(park(run, null)));

    assertThat(lane.settle(List.of(park(run, null))))
        .isInstanceOf(CheckpointStore.Settled.Landed.class);
  }

  @Test
  void what_another_worker_wrote_is_not_taken_for_ours() throws SQLException {
    LaneStore others = ground.lane(ground.register());
    others.write(List.of(start(run, null)));

    assertThat(lane.settle(List.of(start(run, null))))
        .isInstanceOf(CheckpointStore.Settled.Missing.class);
    others.disconnect();
  }

  @Test
  void looking_for_a_batch_leaves_the_lane_as_it_was() throws SQLException {
    lane.settle(List.of(start(run, null)));

    lane.write(List.of(start(run, null)));

    assertThat(seqs(run)).containsExactly(1);
    lane.disconnect();
    assertThat(stateOf(lane, step(run, 2))).isEqualTo("00000");
  }

  // ------------------------------------------------------------------ claims

  @Test
  void parked_runs_are_claimed_when_they_are_due_oldest_first() throws SQLException {
    long other = ground.register();
    List<RunId> ids = IntStream.range(0, 4).mapToObj(_ -> ground.newId()).toList();
    Instant now = ground.now();
    lane.write(ids.stream().map(id -> start(id, null)).toList());
    assertThat(ground.claim(other, GREET, 10)).isEmpty();

    lane.write(
        List.of(
            park(ids.get(0), now.minusSeconds(1)),
            park(ids.get(1), now.minusSeconds(2)),
            park(ids.get(2), now.plusSeconds(3600)),
            park(ids.get(3), null)));

    assertThat(ground.claim(other, List.of("another workflow"), 10)).isEmpty();
    assertThat(ground.claim(other, GREET, 1)).containsExactly(ids.get(1));
    assertThat(ground.claim(other, GREET, 10)).containsExactly(ids.get(0));
    assertThat(ground.claim(other, GREET, 10)).isEmpty();
    assertThat(ground.owned(other)).containsExactlyInAnyOrder(ids.get(0), ids.get(1));
  }

  @Test
  void runs_of_an_ended_worker_are_claimed_at_once_but_not_closed_or_stuck_ones()
      throws SQLException {
    long other = ground.register();
    List<RunId> ids = IntStream.range(0, 3).mapToObj(_ -> ground.newId()).toList();
    lane.write(ids.stream().map(id -> start(id, null)).toList());
    lane.write(List.of(close(ids.get(1), 2), step(ids.get(2), 2, 0, new RunChange.Stuck("why"))));

    assertThat(ground.end(worker)).contains(1);

    assertThat(ground.claim(other, GREET, 10)).containsExactly(ids.get(0));
    assertThat(ground.beat(other)).isPresent();
  }
}
