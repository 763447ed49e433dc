package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Engines under load while their database, or the way to it, is in trouble. The engines live
/// through all of it, so no step may be taken twice, and nobody may take another for dead.
final class DatabaseTroubleTest {
  private static final OrchestratorConfig USUAL =
      OrchestratorConfig.defaults().withDrain(Duration.ofSeconds(5));

  private static final Duration LEASE = Duration.ofSeconds(5);

  /// Everybody's lease is over long before the database is back.
  private static final Duration OUTAGE = LEASE.multipliedBy(2);

  private static final String OF_SEVERAL_WORKERS =
      """
      select run_id
      from backstitch.history
      group by run_id
      having count(distinct worker_id) > 1
      """;

  /// Between two of its events a walk rests for milliseconds.
  private static final String THROUGH_THE_OUTAGE =
      """
      select run_id
      from (
        select run_id,
               occurred_at - lag(occurred_at) over (partition by run_id order by seq) as pause
        from backstitch.history
      ) as paused
      where pause > interval '5 seconds'
      """;

  @TempDir private Path folder;

  /// How a database can be away for all of its clients at once.
  enum Outage {
    /// Connections stand still and live: the sessions, with their locks, outlast it.
    STANDSTILL {
      @Override
      void begin(Site site) {
        site.proxy.hold();
      }

      @Override
      void end(Site site) {
        site.proxy.release();
      }
    },
    /// The server runs on and has seen every session end.
    CUT_OFF {
      @Override
      void begin(Site site) {
        site.proxy.hold();
        site.proxy.cut();
      }

      @Override
      void end(Site site) {
        site.proxy.release();
      }
    },
    /// Nobody listens: every try to connect fails at once.
    CRASH {
      @Override
      void begin(Site site) throws Exception {
        site.crash();
      }

      @Override
      void end(Site site) {
        site.restart();
      }
    };

    abstract void begin(Site site) throws Exception;

    abstract void end(Site site);
  }

  @Test
  void a_flush_whose_answer_is_lost_is_found_and_not_written_again() throws Exception {
    try (Site site = Site.in(folder, USUAL)) {
      site.proxy.loseAnswers("checkpoint_v", 25);

      List<Future<RunId>> started = site.walkers.start(60);

      site.walkers.assertAllArrived(started, site.database());
      assertThat(site.proxy.answersLost()).isEqualTo(25);
      site.walkers.assertEverythingOnceByTheSameWorkers(site.database());
    }
  }

  @Test
  void connections_that_are_cut_again_and_again_cost_time_only() throws Exception {
    try (Site site = Site.in(folder, USUAL)) {
      List<Future<RunId>> started = site.walkers.start(100);
      for (int i = 1; i <= 8; i++) {
        int steps = i * 90;
        await().atMost(Duration.ofSeconds(60)).until(() -> site.walkers.walk.different() >= steps);
        site.proxy.cut();
      }

      site.walkers.assertAllArrived(started, site.database());
      site.walkers.assertEverythingOnceByTheSameWorkers(site.database());
    }
  }

  @Test
  void a_server_that_crashes_and_comes_back_loses_nothing_and_nobody_is_taken_for_dead()
      throws Exception {
    try (Site site = Site.in(folder, USUAL)) {
      List<Future<RunId>> started = site.walkers.start(100);
      for (int i = 1; i <= 3; i++) {
        int steps = i * 200;
        await().atMost(Duration.ofSeconds(60)).until(() -> site.walkers.walk.different() >= steps);
        site.crashAndRestart();
      }

      site.walkers.assertAllArrived(started, site.database());
      site.walkers.assertEverythingOnceByTheSameWorkers(site.database());
    }
  }

  @Test
  void a_network_that_stands_still_for_a_while_goes_on_where_it_was() throws Exception {
    try (Site site = Site.in(folder, USUAL)) {
      List<Future<RunId>> started = site.walkers.start(60);
      await().atMost(Duration.ofSeconds(60)).until(() -> site.walkers.walk.different() >= 100);
      site.proxy.hold();
      await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
      site.proxy.release();

      site.walkers.assertAllArrived(started, site.database());
      site.walkers.assertEverythingOnceByTheSameWorkers(site.database());
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_outage_longer_than_every_lease_makes_nobody_take_another_for_dead(Outage outage)
      throws Exception {
    try (Site site = Site.in(folder, USUAL.withLease(LEASE), 3)) {
      // Some are on their way when it begins, some are asked for meanwhile, some come behind it.
      List<Future<RunId>> started = site.walkers.startEvenly(0, 300, Duration.ofMillis(10));
      await().atMost(Duration.ofSeconds(60)).until(() -> site.walkers.walk.different() >= 100);
      outage.begin(site);
      await().atMost(OUTAGE.multipliedBy(2)).pollDelay(OUTAGE).until(() -> true);
      outage.end(site);

      site.walkers.assertAllArrived(started, site.database());
      site.walkers.assertEverythingOnceByTheSameWorkers(site.database());
      assertThat(Rows.of(site.database(), "select worker_id from backstitch.worker")).hasSize(3);
      assertThat(Rows.of(site.database(), OF_SEVERAL_WORKERS)).as("changed hands").isEmpty();
      assertThat(Rows.of(site.database(), THROUGH_THE_OUTAGE)).as("open all the time").isNotEmpty();
    }
  }
}
