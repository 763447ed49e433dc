package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.HistoryStore;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.InboxStore;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import dev.backstitch.orchestrator.lease.Leases;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunIdGenerator;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.worker.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The statements of the engine on a real PostgreSQL.
final class PostgresLaneStoreTest extends LaneInboxTest {
  private static final int LARGE = 1_000;

  @Override
  Ground ground() {
    return new Real();
  }

  private static final class Real implements Ground {
    private final TestDatabase database = TestDatabase.create();
    private final Jdbi jdbi = Jdbi.create(database.dataSource());
    private final List<Handle> sessions = new ArrayList<>();
    private final RunIdGenerator ids = new RunIdGenerator(Instant::now, 1);

    @Override
    public long register() {
      Handle session = jdbi.open();
      sessions.add(session);
      return new Leases(jdbi, session).register(Duration.ofMinutes(1));
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
      return new Leases(jdbi, sessions.getFirst()).end(workerId, "test");
    }

    @Override
    public Optional<Instant> beat(long workerId) {
      return new Leases(jdbi, sessions.getFirst()).beat(workerId);
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
    public RunId newId() {
      return ids.next();
    }

    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public void close() {
      sessions.forEach(Handle::close);
      database.close();
    }
  }
}
