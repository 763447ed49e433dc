package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.chaos.FaultPlan.Kind;
import dev.backstitch.loadtest.chaos.Watch.Sight;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures, by asking the database again and again, how long it takes until every run of a worker
/// that was struck belongs to another one, or has ended. Safe for any thread.
final class RecoveryWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RecoveryWatch.class);

  /// Faults behind which others take the runs over.
  static final Set<Kind> KINDS = EnumSet.of(Kind.KILL, Kind.FREEZE, Kind.PARTITION);

  private final Jdbi jdbi;
  private final Watch watch;

  /// @param times where what is measured is told
  RecoveryWatch(Jdbi jdbi, RecoveryTimes times) {
    this.jdbi = jdbi;
    this.watch = new Watch(times);
  }

  /// A worker and the runs it has, just before it is struck.
  ///
  /// @param kind one of [#KINDS]
  record Before(Kind kind, long workerId, List<Long> runs) {

    Before {
      if (!KINDS.contains(kind)) {
        throw new IllegalArgumentException("nobody takes runs over behind " + kind);
      }
      runs = List.copyOf(runs);
    }
  }

  /// Looks what a process has. Empty if it is no worker now, or the database does not answer.
  Optional<Before> before(Kind kind, WorkerSlot slot) {
    try {
      return jdbi.withHandle(handle ->
          slot.pid()
              .flatMap(pid -> ChaosStore.workerOf(handle, pid))
              .map(worker -> new Before(kind, worker, ChaosStore.owned(handle, worker))));
    } catch (JdbiException e) {
      log.debug("event=recovery_not_measured", e);
      return Optional.empty();
    }
  }

  /// Begins to measure: the fault has just happened.
  void struck(Before before) {
    watch.measure(
        before.kind(),
        System.nanoTime(),
        _ -> isOwnedAgain(before) ? Sight.RECOVERED : Sight.NOT_YET);
  }

  private boolean isOwnedAgain(Before before) {
    try {
      return jdbi.withHandle(
              handle -> ChaosStore.stillOrphaned(handle, before.workerId(), before.runs()))
          == 0;
    } catch (JdbiException e) {
      // The database is down, too: that belongs to the time it takes.
      log.debug("event=recovery_look_failed", e);
      return false;
    }
  }

  /// Ends every measurement.
  @Override
  public void close() {
    watch.close();
  }
}
