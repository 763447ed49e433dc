package dev.backstitch.loadtest.sync;

import dev.backstitch.activities.GitHubModule;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A server of syncs of the simulated GitHub, on a port and a database of its own.
final class SyncServer {
  private SyncServer() {}

  /// @param more settings besides the address of the API
  static Server start(
      Path home, TestDatabase database, GitHubSimulator github, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("github.api-urls", github.apiUrl().toString());
    return Server.start(
        ServerConfig.in(home)
            .withAddress("127.0.0.1", 0)
            .withDatabase(
                new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()))
            .withEngine(OrchestratorConfig.defaults().withDrain(Duration.ZERO)),
        List.of(new GitHubModule()),
        new Settings(settings));
  }
}
