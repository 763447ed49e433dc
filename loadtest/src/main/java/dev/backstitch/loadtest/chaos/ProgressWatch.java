package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.chaos.FaultPlan.Kind;
import dev.backstitch.loadtest.chaos.Watch.Sight;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures, by asking the database again and again, how long it takes until each of some worker
/// processes has made something durable again: of faults behind which a worker goes on with what it
/// has. A worker writes many times a second while chaos loads it. Safe for any thread.
final class ProgressWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProgressWatch.class);

  private final Jdbi jdbi;
  private final Watch watch;

  ProgressWatch(Jdbi jdbi, RecoveryTimes times) {
    this.jdbi = jdbi;
    this.watch = new Watch(times);
  }

  /// Some processes, just before they are struck.
  ///
  /// @param databaseTime when they were looked at
  /// @param nanos the same by the clock of this process
  record Before(Instant databaseTime, long nanos, List<Writer> writers) {

    Before {
      writers = List.copyOf(writers);
    }
  }

  /// A process and the runs that it has.
  record Writer(long pid, List<Long> runs) {

    Writer {
      runs = List.copyOf(runs);
    }

    private boolean lives() {
      return ProcessHandle.of(pid).isPresent();
    }
  }

  /// Looks what processes have. Empty if none is a worker now, or the database does not answer.
  Optional<Before> before(List<WorkerSlot> slots) {
    try {
      return jdbi.withHandle(handle -> {
        List<Writer> writers =
            slots.stream()
                .flatMap(slot -> slot.pid().stream())
                .flatMap(pid -> writer(handle, pid).stream())
                .toList();
        Instant now = ChaosStore.now(handle);
        return writers.isEmpty()
            ? Optional.empty()
            : Optional.of(new Before(now, System.nanoTime(), writers));
      });
    } catch (JdbiException e) {
      log.debug("event=progress_not_measured", e);
      return Optional.empty();
    }
  }

  private static Optional<Writer> writer(Handle handle, long pid) {
    return ChaosStore.workerOf(handle, pid)
        .map(worker -> new Writer(pid, ChaosStore.owned(handle, worker)));
  }

  /// Begins to measure: the fault has just happened, or, of one that lasts, has just ended.
  void struck(Kind kind, Before before) {
    long began = System.nanoTime();
    Instant since = before.databaseTime().plusNanos(began - before.nanos());
    AtomicReference<List<Writer>> silent = new AtomicReference<>(before.writers());
    watch.measure(
        kind,
        began,
        isOver -> {
          List<Writer> still = silent.updateAndGet(those -> stillSilent(those, since));
          if (still.isEmpty()) {
            return Sight.RECOVERED;
          }
          // Nothing to do any more, or another fault ended it: that says nothing about this one.
          return isOver || !still.stream().allMatch(Writer::lives)
              ? Sight.POINTLESS
              : Sight.NOT_YET;
        });
  }

  private List<Writer> stillSilent(List<Writer> silent, Instant since) {
    try {
      return jdbi.withHandle(handle ->
          silent.stream()
              .filter(one -> !ChaosStore.hasWritten(handle, one.pid(), since, one.runs()))
              .toList());
    } catch (JdbiException e) {
      // The database is down, too: that belongs to the time it takes.
      log.debug("event=progress_look_failed", e);
      return silent;
    }
  }

  /// Ends every measurement.
  @Override
  public void close() {
    watch.close();
  }
}
