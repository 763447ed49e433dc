package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.run.RunIdGenerator;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;

/// What this database and this checkpoint function can do at best: a bare program that calls the
/// function with the rows that Backstitch writes, in batches, on two lanes, and does nothing else.
/// It runs no workflow, reads nothing, and could not go on after a crash.
public final class CeilingEngine implements Engine {
  private static final int LANES = 2;

  @Override
  public String name() {
    return "ceiling";
  }

  @Override
  public String settings() {
    return "two lanes, every flush takes every open run of its lane one step further";
  }

  @Override
  public Session open(Ground ground) {
    Grounds.migrate(ground);
    long workerId =
        Jdbi.create(Grounds.dataSource(ground))
            .inTransaction(handle -> CeilingStore.register(handle, LANES));
    return new Working(Grounds.address(ground), workerId);
  }

  private record Working(DatabaseAddress database, long workerId) implements Session {

    @Override
    public void perform(Work work, Latencies latencies) throws Exception {
      long until = System.nanoTime() + work.time().toNanos();
      AtomicLong left = new AtomicLong(work.atMostRuns());
      RunIdGenerator ids = new RunIdGenerator(InstantSource.system(), workerId);
      StepRows rows = new StepRows(work.steps());
      List<Future<?>> lanes = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
        for (int i = 0; i < LANES; i++) {
          int lane = i;
          int inFlight = (work.inFlight() + LANES - 1 - lane) / LANES;
          lanes.add(
              threads.submit(() -> {
                try (Connection connection = database.connect("ceiling " + lane)) {
                  return new CeilingLane(connection, workerId, lane, rows)
                      .work(
                          inFlight,
                          () -> System.nanoTime() < until && left.getAndDecrement() > 0,
                          ids::next,
                          latencies);
                }
              }));
        }
        for (Future<?> lane : lanes) {
          lane.get();
        }
      }
    }

    @Override
    public void close() {
      // Each piece of work has closed its own connections.
    }
  }
}
