package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.orchestrator.run.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One thread, one connection, and the runs that are open on it: every flush takes each of them one
/// step further.
///
/// Belongs to its thread.
final class CeilingLane {
  private final Connection connection;
  private final long workerId;
  private final int lane;
  private final StepRows rows;
  private final List<Open> open = new ArrayList<>();

  /// A run on its way.
  private static final class Open {
    private final RunId id;
    private final long beganNanos = System.nanoTime();
    private int flushed;

    Open(RunId id) {
      this.id = id;
    }
  }

  CeilingLane(Connection connection, long workerId, int lane, StepRows rows) {
    this.connection = connection;
    this.workerId = workerId;
    this.lane = lane;
    this.rows = rows;
  }

  /// Works until no run may be started any more and all have ended.
  ///
  /// @param another asked before every start
  @Nullable Void work(
      int inFlight, BooleanSupplier another, Supplier<RunId> ids, Latencies latencies)
      throws SQLException {
    while (true) {
      while (open.size() < inFlight && another.getAsBoolean()) {
        open.add(new Open(ids.get()));
      }
      if (open.isEmpty()) {
        return null;
      }
      CeilingStore.write(connection, workerId, lane, next());
      long now = System.nanoTime();
      open.forEach(run -> run.flushed++);
      open.stream().filter(this::hasEnded).forEach(run -> latencies.add(now - run.beganNanos));
      open.removeIf(this::hasEnded);
    }
  }

  private boolean hasEnded(Open run) {
    return run.flushed > rows.steps();
  }

  private CeilingFlush next() {
    CeilingFlush flush = new CeilingFlush(ids(0), ids(rows.steps()), open.size() * 2);
    for (Open run : open) {
      rows.flush(run.flushed).forEach(event -> flush.add(run.id.value(), event));
    }
    return flush;
  }

  private long[] ids(int flushed) {
    return open.stream()
        .filter(run -> run.flushed == flushed)
        .mapToLong(run -> run.id.value())
        .toArray();
  }
}
