package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.HistoryStore;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.InboxStore;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import dev.backstitch.orchestrator.lease.Leases;
import dev.backstitch.orchestrator.outbox.Outbox;
import dev.backstitch.orchestrator.outbox.Outboxes;
import dev.backstitch.orchestrator.outbox.PostStore;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunIdGenerator;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.worker.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/// The statements of the engine on a real PostgreSQL.
final class PostgresLaneStoreTest extends LaneOutboxTest {
  private static final int LARGE = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Override
  Ground ground() {
    return new Real();
  }

  /// Two look at a target that is new: who is second waits for the first one's row of it.
  @Test
  void who_waits_for_a_target_that_another_takes_for_the_first_time_does_not_get_it()
      throws Exception {
    Jdbi jdbi = ((Real) ground).jdbi;
    lane.write(List.of(start(run, null), post(run, 2, "a", "1"), post(run, 3, "b", "2")));
    Outbox.Terms one = new Outbox.Terms(List.of("wall"), 1, Duration.ofSeconds(30), 3);
    CompletableFuture<Optional<Outbox.Taken>> second = new CompletableFuture<>();

    jdbi.useTransaction(handle -> {
      handle.execute(
          "insert into backstitch.delivery (target, worker_id, asks) values (?, ?, false)",
          WALL,
          worker);
      handle.execute(
          """
          insert into backstitch.post_target (target, delivery_id, worker_id, leased_until)
          values (?, 1, ?, clock_timestamp() + interval '30 seconds')
          """,
          WALL,
          worker);
      Thread.ofVirtual().start(() -> second.complete(ground.outbox().take(worker, one)));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              jdbi.withHandle(watching ->
                  watching
                      .createQuery(
                          "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock'"
                              + " and datname = current_database()")
                      .mapTo(Boolean.class)
                      .one()));
    });

    assertThat(second.get(20, TimeUnit.SECONDS)).isEmpty();
  }

  private static final class Real implements Ground {
    private final TestDatabase database = Db.database();
    private final Jdbi jdbi = Jdbi.create(database.dataSource());
    private final Map<Long, Handle> sessions = new HashMap<>();
    private final RunIdGenerator ids = new RunIdGenerator(Instant::now, 1);

    @Override
    public long register() {
      Handle session = jdbi.open();
      long workerId = new Leases(jdbi, session).register(WORKER_LEASE);
      sessions.put(workerId, session);
      return workerId;
    }

    @Override
    public LaneStore lane(long workerId) {
      DatabaseAddress address =
          new DatabaseAddress(database.jdbcUrl(), database.user(), database.password());
      CheckpointStore store =
          new CheckpointStore(new CheckpointWriter.LaneIdentity(workerId, 0, "test", LARGE));
      return new LaneConnection(address, store, "lane-0 of worker " + workerId);
    }

    @Override
    public List<RunId> claim(long workerId, List<String> workflows, int limit) {
      return new Claims(jdbi).claim(workerId, workflows, limit);
    }

    @Override
    public List<RunId> owned(long workerId) {
      return new Claims(jdbi).owned(workerId);
    }

    @Override
    public Optional<Integer> end(long workerId) {
      return leases(workerId).end(workerId, "test");
    }

    @Override
    public Optional<Instant> beat(long workerId) {
      return leases(workerId).beat(workerId);
    }

    /// Returns when the server knows it, which takes it a moment.
    @Override
    public void cutSession(long workerId) {
      int backend = session(workerId).select("select pg_backend_pid()").mapTo(Integer.class).one();
      boolean ended =
          jdbi.withHandle(handle ->
              handle
                  .select("select pg_terminate_backend(?, ?)", backend, PATIENCE.toMillis())
                  .mapTo(Boolean.class)
                  .one());
      assertThat(ended).isTrue();
    }

    @Override
    public List<Long> silent(long self) {
      return leases(self).silent(self);
    }

    @Override
    public Optional<Integer> takeOver(long workerId, long self) {
      return leases(self).takeOver(workerId, self);
    }

    private Leases leases(long workerId) {
      return new Leases(jdbi, session(workerId));
    }

    private Handle session(long workerId) {
      return Objects.requireNonNull(sessions.get(workerId));
    }

    @Override
    public List<RecordedEvent> history(RunId id) {
      return jdbi.withHandle(handle -> HistoryStore.read(handle, id, 0, 100));
    }

    @Override
    public SendResult send(RunId id, String dedupKey, Event.MessageEvent event, int most) {
      InboxStore.Terms terms = new InboxStore.Terms(most, false);
      return jdbi.withHandle(handle -> InboxStore.send(handle, id, dedupKey, event, terms));
    }

    @Override
    public Optional<RunStatus> terminate(RunId id, Event.RunTerminated event) {
      return jdbi.withHandle(handle -> InboxStore.terminate(handle, id, event, false));
    }

    @Override
    public List<WaitingMessage> read(long workerId, long afterId, int limit) {
      InboxStore.Page page = new InboxStore.Page(limit, Long.MAX_VALUE);
      return jdbi.withHandle(handle -> InboxStore.read(handle, workerId, afterId, page));
    }

    @Override
    public int address(long workerId, List<RunId> runs) {
      return jdbi.withHandle(handle -> InboxStore.address(handle, workerId, runs));
    }

    @Override
    public void layAside(long workerId, List<RunId> closed) {
      jdbi.useHandle(handle -> InboxStore.layAside(handle, workerId, closed));
    }

    @Override
    public Outbox outbox() {
      return Outboxes.in(jdbi);
    }

    @Override
    public List<String> fates() {
      return jdbi.withHandle(handle ->
          handle
              .createQuery(
                  "select (key || ' ' || seq || ' ' || fate) collate \"C\" from backstitch.post_fate"
                      + " order by 1")
              .mapTo(String.class)
              .list());
    }

    @Override
    public int redrive(String target) {
      return jdbi.withHandle(handle -> PostStore.redrive(handle, target, null)).orElseThrow();
    }

    /// By moving everything else into the past.
    @Override
    public void elapse(Duration time) {
      String back = " - interval '" + time.toMillis() + " milliseconds'";
      jdbi.useHandle(handle -> {
        handle.execute(
            "update backstitch.post_target set leased_until = leased_until"
                + back
                + ", paused_until = paused_until"
                + back);
        handle.execute("update backstitch.outbox set due_at = due_at" + back);
        handle.execute("update backstitch.heartbeat set beat_at = beat_at" + back);
      });
    }

    @Override
    public RunId newId() {
      return ids.next();
    }

    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public void close() {
      sessions.values().forEach(Handle::close);
      database.close();
    }
  }
}
