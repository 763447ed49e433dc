package dev.backstitch.orchestrator.checkpoint;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// The workers of a [SimulatedDatabase]: who has a fence, a heartbeat and a session.
final class SimulatedLeases {
  private final InstantSource clock;
  private final Map<Long, WorkerRow> workers = new TreeMap<>();

  SimulatedLeases(InstantSource clock) {
    this.clock = clock;
  }

  private static final class WorkerRow {
    final Duration lease;
    Instant beatAt;
    boolean sessionOpen = true;
    boolean ended;

    WorkerRow(Duration lease, Instant beatAt) {
      this.lease = lease;
      this.beatAt = beatAt;
    }
  }

  long register(Duration lease) {
    long id = workers.size() + 1L;
    workers.put(id, new WorkerRow(lease, clock.instant()));
    return id;
  }

  Optional<Instant> beat(long workerId) {
    WorkerRow worker = row(workerId);
    if (worker.ended) {
      return Optional.empty();
    }
    worker.beatAt = clock.instant();
    return Optional.of(worker.beatAt);
  }

  void cutSession(long workerId) {
    row(workerId).sessionOpen = false;
  }

  /// The others whose session is gone or whose lease is over.
  List<Long> silent(long self) {
    return workers.entrySet().stream()
        .filter(each -> each.getKey() != self && isSilent(each.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Ends another worker, unless it is heard again, or has been ended, or the taker itself has.
  boolean takeOver(long workerId, long self) {
    return hasFence(self) && isSilent(row(workerId)) && end(workerId);
  }

  private boolean isSilent(WorkerRow worker) {
    boolean leaseOver = worker.beatAt.plus(worker.lease).isBefore(clock.instant());
    return !worker.ended && (!worker.sessionOpen || leaseOver);
  }

  /// Ends a worker, unless it had been ended before; then it says false.
  boolean end(long workerId) {
    WorkerRow worker = row(workerId);
    boolean now = !worker.ended;
    worker.ended = true;
    return now;
  }

  boolean hasFence(long workerId) {
    WorkerRow worker = workers.get(workerId);
    return worker != null && !worker.ended;
  }

  private WorkerRow row(long workerId) {
    return Objects.requireNonNull(workers.get(workerId));
  }
}
