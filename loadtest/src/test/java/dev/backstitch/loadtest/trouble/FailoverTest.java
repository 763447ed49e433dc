package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The database's machine is gone for good, and its synchronous standby takes its place.
final class FailoverTest {
  private static final OrchestratorConfig USUAL =
      OrchestratorConfig.defaults().withDrain(Duration.ofSeconds(5));

  @TempDir private Path folder;

  @Test
  void a_failover_to_a_synchronous_standby_loses_nothing_and_repeats_nothing() throws Exception {
    try (Replicas replicas = Replicas.in(folder);
        Walkers walkers = Walkers.on(replicas.address(), USUAL)) {
      List<Future<RunId>> started = walkers.start(150);
      await().atMost(Duration.ofSeconds(60)).until(() -> walkers.walk.different() >= 300);
      assertThat(started).as("acknowledged before").anyMatch(Future::isDone);
      assertThat(walkers.walk.different()).as("steps before").isLessThan(150 * Walk.STEPS);

      EmbeddedPostgres promoted = replicas.failOver();

      walkers.assertAllArrived(started, promoted.dataSource());
      walkers.assertEverythingOnceByTheSameWorkers(promoted.dataSource());
    }
  }
}
