package dev.backstitch.loadtest.sync;

import dev.backstitch.activities.GitHubModule;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// A worker in a process of its own, made to be killed. It ends by itself when its input does.
final class SyncProcess {
  private SyncProcess() {}

  /// Works until its input ends.
  ///
  /// @param args JDBC URL, user, password, API URL, token
  public static void main(String[] args) throws IOException {
    try (Orchestrator orchestrator =
        Orchestrator.open(
            OrchestratorConfig.defaults(),
            new DatabaseAddress(args[0], args[1], args[2]),
            List.of(new GitHubModule()),
            new Settings(Map.of("github.api-urls", args[3], "github.token", args[4])))) {
      orchestrator.workflows();
      while (System.in.read() >= 0) {
        // Only the end of the input means something.
      }
    }
  }
}
