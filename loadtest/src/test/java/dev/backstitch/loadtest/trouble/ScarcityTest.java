package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Too few connections, and a disk that is too slow.
final class ScarcityTest {
  private static final Logger log = LoggerFactory.getLogger(ScarcityTest.class);
  private static final int READERS = 40;

  /// Longer than a reader waits for a connection.
  private static final Duration STANDSTILL = Duration.ofSeconds(7);

  private static final Duration SLOW = Duration.ofMillis(200);

  /// Runs that come evenly: all at once they would fill batches on any disk.
  private static final Duration APART = Duration.ofMillis(30);

  @TempDir private Path folder;

  @Test
  void a_pool_of_two_serves_forty_readers_and_harms_no_run() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Walkers walkers =
            Walkers.on(address(database), OrchestratorConfig.defaults().withReadConnections(2))) {
      List<Future<RunId>> started = walkers.start(100);
      try (Readers readers = Readers.of(walkers.engine(0), started.getFirst().get(), READERS)) {
        await().atMost(Duration.ofSeconds(60)).until(() -> walkers.walk.different() >= 100);

        walkers.assertAllArrived(started, database.dataSource());
        readers.awaitAnswers(5);

        walkers.assertEverythingOnceByTheSameWorkers(database.dataSource());
        assertThat(readers.errors()).isEmpty();
      }
    }
  }

  @Test
  void who_gets_no_connection_is_told_so_in_time_and_is_served_afterwards() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Walkers walkers =
            Walkers.on(address(database), OrchestratorConfig.defaults().withReadConnections(2))) {
      List<Future<RunId>> started = walkers.start(100);
      Orchestrator engine = walkers.engine(0);
      try (Readers readers = Readers.of(engine, started.getFirst().get(), READERS)) {
        await().atMost(Duration.ofSeconds(60)).until(() -> walkers.walk.different() >= 100);
        try (Connection connection = database.dataSource().getConnection();
            Statement statement = connection.createStatement()) {
          connection.setAutoCommit(false);
          // Whoever has a connection keeps it now.
          statement.execute("lock table backstitch.run in access exclusive mode");
          await().pollDelay(STANDSTILL).until(() -> true);
          connection.commit();
        }
        readers.awaitAnswers(5);

        walkers.assertAllArrived(started, database.dataSource());
        walkers.assertEverythingOnceByTheSameWorkers(database.dataSource());
        // The API makes 503 with Retry-After of it.
        assertThat(readers.errors())
            .hasSizeGreaterThan(READERS / 2)
            .allSatisfy(error ->
                assertThat(error)
                    .isInstanceOf(ConnectionException.class)
                    .hasCauseInstanceOf(SQLTransientConnectionException.class));
      }
    }
  }

  @Test
  void a_slow_disk_makes_larger_batches_and_nobody_gives_up() throws Exception {
    try (Site site = Site.in(folder, OrchestratorConfig.defaults())) {
      Pace usual = pace(site, 0);

      site.proxy.delayAnswers("checkpoint_v", SLOW);
      Pace slow = pace(site, 60);
      site.proxy.delayAnswers("checkpoint_v", Duration.ZERO);

      log.info("event=slow_disk usual={} slow={}", usual, slow);
      assertThat(slow.seconds()).as("seconds").isGreaterThan(usual.seconds());
      assertThat(slow.eventsPerFlush())
          .as("events per flush")
          .isGreaterThan(usual.eventsPerFlush());
      assertThat(site.walkers.refusals()).as("starts that timed out").isZero();
      site.walkers.assertEverythingOnceByTheSameWorkers(site.database());
    }
  }

  private record Pace(double seconds, double eventsPerFlush) {}

  private static Pace pace(Site site, int first) throws Exception {
    Walkers.Written before = site.walkers.written();
    long began = System.nanoTime();
    site.walkers.assertAllArrived(site.walkers.startEvenly(first, 60, APART), site.database());
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Pace(seconds, site.walkers.written().minus(before).eventsPerFlush());
  }

  private static DatabaseAddress address(TestDatabase database) {
    return new DatabaseAddress(database.jdbcUrl(), database.user(), database.password());
  }
}
