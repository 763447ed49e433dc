package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The simulation answers as PostgreSQL does.
final class SimulatedLaneStoreTest extends LaneStoreTest {

  @Override
  Ground ground() {
    SimulatedDatabase database = new SimulatedDatabase(() -> AT, true);
    return new Ground() {
      private long ids;

      @Override
      public long register() {
        return database.register(Duration.ofMinutes(1));
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
      public List<RecordedEvent> history(RunId id) {
        return database.history(id);
      }

      @Override
      public RunId newId() {
        return new RunId(++ids);
      }

      @Override
      public Instant now() {
        return AT;
      }

      @Override
      public void close() {}
    };
  }
}
