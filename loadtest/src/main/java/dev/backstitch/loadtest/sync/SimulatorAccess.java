package dev.backstitch.loadtest.sync;

import dev.backstitch.loadtest.simulator.GitHubSimulator;
import java.util.Map;

/// How the GitHub module gets at a simulator, from this process or from another.
///
/// @param login whose token it is, which is said so that nobody is told to say it
public record SimulatorAccess(String apiUrl, String token, String login) {

  /// That of the simulator's own token.
  public static SimulatorAccess to(GitHubSimulator simulator) {
    return new SimulatorAccess(simulator.apiUrl().toString(), simulator.token(), simulator.login());
  }

  /// What the module has to be told.
  public Map<String, String> settings() {
    return Map.of(
        "github.api-urls", apiUrl, "github.token", token, "github.quota-owner", "user:" + login);
  }
}
