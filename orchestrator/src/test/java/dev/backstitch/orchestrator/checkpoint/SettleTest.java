package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.orchestrator.checkpoint.CheckpointStore.Settled;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What became of a batch whose acknowledgement was lost, when messages and terminations are about.
final class SettleTest {
  private final Db db = new Db();
  private CheckpointStore store;
  private long worker;
  private long run;

  @BeforeEach
  void begin() throws SQLException {
    worker = db.worker();
    store = new CheckpointStore(new CheckpointWriter.LaneIdentity(worker, 0, "test", 1_000));
    run = Long.parseLong(db.one("select backstitch.first_run_id_at(clock_timestamp())"));
    new Flush(worker).begin(run, null).begin(run + 1, null).run(db.connection);
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  /// Nobody is told anything here.
  private record Silent() implements Checkpoint.Listener {
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
  }

  private static Checkpoint checkpoint(
      long run, List<RecordedEvent> events, List<Long> taken, Checkpoint.RunChange change) {
    return new Checkpoint(new RunId(run), null, events, taken, change, new Silent());
  }

  private long message(String key) throws SQLException {
    new Flush(worker).message(run, key).run(db.connection);
    return Long.parseLong(
        db.one("select message_id from backstitch.inbox where dedup_key = '%s'", key));
  }

  @Test
  void a_checkpoint_that_only_takes_doubles_is_known_by_their_absence() throws SQLException {
    List<Checkpoint> batch =
        List.of(checkpoint(run, List.of(), List.of(message("a")), new Checkpoint.RunChange.None()));

    assertThat(store.settle(db.connection, batch)).isEqualTo(new Settled.Missing());
    store.write(db.connection, batch);
    assertThat(store.settle(db.connection, batch)).isEqualTo(new Settled.Landed(Map.of()));
  }

  @Test
  void a_session_that_the_lane_had_before_carries_nothing_out_any_more() throws SQLException {
    try (Connection former = db.another();
        Connection another = db.another();
        Connection present = db.another()) {
      for (Connection session : List.of(former, present)) {
        name(session, "backstitch lane-0 of worker " + worker);
      }
      name(another, "backstitch lane-1 of worker " + worker);

      store.settle(present, List.of());

      assertThat(another.isValid(10)).isTrue();
      assertThatThrownBy(() -> new Flush(worker).park(run, null).run(former))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
    }
  }

  private static void name(Connection session, String name) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute("set application_name = '" + name + "'");
    }
  }

  @Test
  void messages_are_taken_with_the_events_they_became() throws SQLException {
    long first = message("a");
    message("b");
    RecordedEvent event =
        new RecordedEvent(
            new RunId(run), 2, Instant.EPOCH, new Event.CancelRequested("somebody", ""));

    store.write(
        db.connection,
        List.of(
            checkpoint(run, List.of(event), List.of(first), new Checkpoint.RunChange.None()),
            checkpoint(run + 1, List.of(), List.of(), new Checkpoint.RunChange.Parked(null))));

    assertThat(db.all("select dedup_key from backstitch.inbox")).containsExactly("b");
    assertThat(db.all("select event_type from backstitch.history where run_id = %s", run))
        .containsExactlyInAnyOrder("RunStarted", "CancelRequested");
  }

  @Test
  void a_terminated_run_is_no_proof_that_its_batch_was_written() throws SQLException {
    RecordedEvent event =
        new RecordedEvent(new RunId(run + 1), 2, Instant.EPOCH, new Event.TimerFired(1));
    List<Checkpoint> batch =
        List.of(
            checkpoint(run, List.of(), List.of(), new Checkpoint.RunChange.None()),
            checkpoint(run + 1, List.of(event), List.of(), new Checkpoint.RunChange.None()));

    db.all("select backstitch.terminate_run(%s, '{}', false)", run);

    assertThat(store.settle(db.connection, batch)).isEqualTo(new Settled.Missing());
  }
}
