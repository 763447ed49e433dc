package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.GitHubModule;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.quota.QuotaState;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The figures of the main job that no machine can change: requests, points, commits, the tree.
final class SyncScenariosTest {

  @Test
  void a_sync_asks_as_little_as_promised_and_ends_with_the_right_tree() {
    try (TestDatabase database = TestDatabase.create();
        GitHubSimulator simulator = GitHubSimulator.start(SimulatorConfig.withoutLatency());
        Orchestrator orchestrator = open(database, simulator)) {
      SyncScenarios scenarios = new SyncScenarios(orchestrator, simulator, _ -> {});

      SyncReport cold = scenarios.cold();
      assertThat(simulator.world().trackerDifferences()).isEmpty();
      SyncReport idle = scenarios.idle();
      SyncReport tenChanged = scenarios.tenChanged();
      assertThat(simulator.world().trackerDifferences()).isEmpty();

      assertThat(orchestrator.quotas())
          .as("whose token a simulator's is nobody is told to say")
          .isNotEmpty()
          .extracting(QuotaState::owner)
          .allMatch(owner -> owner.endsWith("/user:sync-bot"));
      assertThat(cold.students()).isEqualTo(185);
      assertThat(cold.changed()).isEqualTo(185);
      assertThat(cold.requests()).isLessThanOrEqualTo(14);
      assertThat(cold.commits()).isEqualTo(1);
      assertThat(idle.unchanged()).isEqualTo(185);
      assertThat(idle.requests()).isLessThanOrEqualTo(3);
      assertThat(idle.commits()).isZero();
      assertThat(tenChanged.changed()).isEqualTo(10);
      assertThat(tenChanged.requests()).isLessThanOrEqualTo(5);
      assertThat(tenChanged.commits()).isEqualTo(1);
    }
  }

  private static Orchestrator open(TestDatabase database, GitHubSimulator simulator) {
    return Orchestrator.open(
        OrchestratorConfig.defaults(),
        new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()),
        List.of(new GitHubModule()),
        SyncScenarios.settings(simulator));
  }
}
