package dev.backstitch.loadtest.engines;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Meter;
import dev.backstitch.loadtest.meter.Reading;
import dev.backstitch.migrations.testkit.TestDatabase;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a durable step may cost, in units that do not depend on the machine: rows, transactions,
/// bytes of write-ahead log, bytes of memory. A change that makes steps dearer shows here.
@Tag("alone")
final class CostGuardTest {
  private static final Logger log = LoggerFactory.getLogger(CostGuardTest.class);
  private static final int STEPS = 10;

  /// Two events per step, one for the start, one for the end.
  private static final int EVENTS = 2 * STEPS + 2;

  /// The start with the first command, then each result with what it causes.
  private static final int FLUSHES = STEPS + 1;

  /// Registration, lease, partitions: what a worker writes by itself in a test's time.
  private static final int OWN_WRITES = 60;

  /// The same with what it only looks at, several times a second, and the meter's own.
  private static final int OWN_STATEMENTS = 300;

  private static final int ROUNDS = 3;

  @TempDir private Path folder = Path.of("");

  @Test
  void alone_a_run_writes_its_events_and_commits_once_per_step() throws Exception {
    int runs = 50;

    Cost cost = cost(new Work(STEPS, 1, runs, Duration.ofMinutes(1)));

    assertThat(cost.rows().inserted())
        .as("%s", cost)
        .isBetween((long) runs * (EVENTS + 1), (long) runs * (EVENTS + 1) + OWN_WRITES);
    assertThat(cost.rows().updated())
        .as("%s", cost)
        .isBetween((long) runs, (long) runs + OWN_WRITES);
    assertThat(cost.rows().deleted()).as("%s", cost).isLessThan(OWN_WRITES);
    assertThat(cost.writers())
        .as("%s", cost)
        .isBetween((long) runs * FLUSHES, (long) runs * FLUSHES + OWN_WRITES);
    // A statement outside a flush is a transaction of its own.
    assertThat(cost.transactions())
        .as("%s", cost)
        .isBetween((long) runs * FLUSHES, (long) runs * FLUSHES + OWN_STATEMENTS);
  }

  @Test
  void together_runs_share_commits_and_a_step_stays_cheap() throws Exception {
    int runs = 1_000;
    long steps = (long) runs * STEPS;
    Work work = new Work(STEPS, 64, runs, Duration.ofMinutes(1));

    cost(work);
    Cost cost = cost(work);
    long allocated;
    long stored;
    try (TestDatabase database = TestDatabase.create()) {
      allocated = perform(new BackstitchEngine(), work, database).allocatedBytes() / steps;
      stored = historyBytes(database) / steps;
    }

    log.info(
        "event=cost commits_per_step={} wal_bytes={} stored_bytes={} allocated_bytes={}",
        (double) cost.writers() / steps,
        cost.walBytesPer(steps),
        stored,
        allocated);
    assertThat((double) cost.writers() / steps).as("commits per step").isLessThan(0.5);
    assertThat(cost.walBytesPer(steps)).as("bytes of write-ahead log").isLessThan(1_600);
    assertThat(stored).as("bytes of history with its index").isLessThan(1_200);
    assertThat(allocated).as("bytes allocated").isLessThan(25_000);
  }

  /// Far less than is measured by `bench peers`: only a design that is gone would miss it.
  @Test
  void a_batch_beats_every_design_before() throws Exception {
    Work work = new Work(STEPS, 64, 300, Duration.ofMinutes(1));
    List<Engine> before =
        List.of(
            new CommitPerEventEngine(), new BlobEngine(), new ReplayEngine(), new PostbackEngine());
    seconds(new BackstitchEngine(), work);

    for (Engine baseline : before) {
      seconds(baseline, work);
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        ratios.add(seconds(baseline, work) / seconds(new BackstitchEngine(), work));
      }

      log.info("event=ratio baseline={} to_backstitch={}", baseline.name(), ratios);
      assertThat(ratios.stream().sorted().toList().get(ROUNDS / 2))
          .as(baseline.name())
          .isGreaterThan(1.5);
    }
  }

  private static long historyBytes(TestDatabase database) {
    return Jdbi.create(database.dataSource())
        .withHandle(handle ->
            handle
                .createQuery(
                    """
                    select sum(pg_total_relation_size(inhrelid))
                    from pg_inherits
                    where inhparent = 'backstitch.history'::regclass
                    """)
                .mapTo(Long.class)
                .one());
  }

  private Cost cost(Work work) throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      Meter meter = Meter.inProcess(database.dataSource());
      Reading before = meter.read();
      perform(new BackstitchEngine(), work, database);
      return before.until(meter.read());
    }
  }

  private double seconds(Engine engine, Work work) throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      return perform(engine, work, database).seconds();
    }
  }

  /// What the runs took, without the engine's start and end.
  ///
  /// @param allocatedBytes by all threads of this process
  private record Taken(double seconds, long allocatedBytes) {}

  private Taken perform(Engine engine, Work work, TestDatabase database) throws Exception {
    Ground ground =
        new Ground(database.jdbcUrl(), database.user(), database.password(), folder.toString());
    Latencies latencies = new Latencies();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Taken taken;
    try (Session session = engine.open(ground)) {
      long began = System.nanoTime();
      long allocated = threads.getTotalThreadAllocatedBytes();
      session.perform(work, latencies);
      taken =
          new Taken(
              (System.nanoTime() - began) / 1e9,
              threads.getTotalThreadAllocatedBytes() - allocated);
    }
    assertThat(latencies.count()).isEqualTo(work.atMostRuns());
    return taken;
  }
}
