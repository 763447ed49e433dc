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

/// Two engines under load while their database, or the way to it, is in trouble. The engines live
/// through all of it, so no step may be taken twice, and nobody may take the other for dead.
final class DatabaseTroubleTest {
  private static final OrchestratorConfig USUAL =
      OrchestratorConfig.defaults().withDrain(Duration.ofSeconds(5));

  @TempDir private Path folder;

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
}
