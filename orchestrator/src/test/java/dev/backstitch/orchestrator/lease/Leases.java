package dev.backstitch.orchestrator.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Registration, heartbeat and takeover as the engine does them.
public record Leases(Jdbi jdbi, Handle session) {

  /// A worker with one lane, whose session is that handle.
  public long register(Duration lease) {
    return session
        .inTransaction(handle ->
            LeaseStore.register(
                handle,
                new LeaseStore.Registration("test", 1, "test", lease, 1, List.of("default"))))
        .workerId();
  }

  public Optional<Instant> beat(long workerId) {
    return jdbi.withHandle(handle -> LeaseStore.beat(handle, workerId, new WorkerLease.Load(0, 1)));
  }

  public List<Long> silent(long self) {
    return jdbi.inTransaction(handle -> LeaseStore.suspects(handle, self)).stream()
        .map(Suspect::workerId)
        .toList();
  }

  public Optional<Integer> end(long workerId, String reason) {
    return jdbi.inTransaction(handle -> LeaseStore.end(handle, workerId, reason));
  }

  public Optional<Integer> takeOver(long workerId, long self) {
    return jdbi.inTransaction(handle -> LeaseStore.takeOver(handle, workerId, self));
  }
}
