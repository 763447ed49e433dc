package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import dev.backstitch.orchestrator.outbox.Outbox;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// The simulation answers as PostgreSQL does.
final class SimulatedLaneStoreTest extends LaneOutboxTest {

  @Override
  Ground ground() {
    AtomicReference<Instant> now = new AtomicReference<>(AT);
    SimulatedDatabase database = new SimulatedDatabase(now::get, Set.of());
    return new Ground() {
      private long ids;

      @Override
      public long register() {
        return database.register(WORKER_LEASE);
      }

      @Override
      public LaneStore lane(long workerId) {
        return database.lane(workerId);
      }

      @Override
      public List<RunId> claim(long workerId, List<String> workflows, int limit) {
        return database.claim(workerId, workflows, limit);
      }

      @Override
      public List<RunId> owned(long workerId) {
        return database.owned(workerId);
      }

      @Override
      public Optional<Integer> end(long workerId) {
        return database.end(workerId);
      }

      @Override
      public Optional<Instant> beat(long workerId) {
        return database.beat(workerId);
      }

      @Override
      public void cutSession(long workerId) {
        database.cutSession(workerId);
      }

      @Override
      public List<Long> silent(long self) {
        return database.silent(self);
      }

      @Override
      public Optional<Integer> takeOver(long workerId, long self) {
        return database.takeOver(workerId, self);
      }

      @Override
      public List<RecordedEvent> history(RunId id) {
        return database.history(id);
      }

      @Override
      public SendResult send(RunId id, String dedupKey, Event.MessageEvent event, int most) {
        return database.inbox().send(id, dedupKey, event, most);
      }

      @Override
      public Optional<RunStatus> terminate(RunId id, Event.RunTerminated event) {
        return database.inbox().terminate(id, event);
      }

      @Override
      public List<WaitingMessage> read(long workerId, long afterId, int limit) {
        return database.inbox().read(workerId, afterId, limit);
      }

      @Override
      public int address(long workerId, List<RunId> runs) {
        return database.inbox().address(workerId, runs);
      }

      @Override
      public void layAside(long workerId, List<RunId> closed) {
        database.inbox().layAside(workerId, closed);
      }

      @Override
      public Outbox outbox() {
        return database.outbox();
      }

      @Override
      public List<String> fates() {
        return database.outbox().recorded().stream()
            .map(each ->
                each.slot().key() + " " + each.version().seq() + " " + database.outbox().fate(each))
            .sorted()
            .toList();
      }

      @Override
      public int redrive(String target) {
        return database.outbox().redriveAll();
      }

      @Override
      public void elapse(Duration time) {
        now.updateAndGet(before -> before.plus(time));
      }

      @Override
      public RunId newId() {
        return new RunId(++ids);
      }

      @Override
      public Instant now() {
        return now.get();
      }

      @Override
      public void close() {}
    };
  }
}
