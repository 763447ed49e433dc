package dev.backstitch.api.command;

import dev.backstitch.api.server.RunningServer;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.PostReader;
import dev.backstitch.orchestrator.RunControl;
import dev.backstitch.orchestrator.RunReader;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How a command reaches runs: a server that was named, the one of the home folder, or the
/// database.
final class Connection {
  @Mixin private HomeOptions home = new HomeOptions();

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "A running server. Default: the one that runs on the home folder, if one does.")
  private @Nullable URI server;

  HomeOptions home() {
    return home;
  }

  /// The server to talk to, if one is named or runs.
  ///
  /// @throws CommandFailedException if the named one does not answer
  Optional<ApiClient> runningServer(Environment environment) {
    URI named = server;
    if (named == null) {
      return RunningServer.find(home.home(environment))
          .map(found -> new ApiClient(found, environment.apiToken()));
    }
    if (!RunningServer.answers(named)) {
      throw new CommandFailedException(
          "No Backstitch server answers at " + named + ". Start one with 'backstitch serve'.");
    }
    return Optional.of(new ApiClient(named, environment.apiToken()));
  }

  /// Where runs can be looked at and spoken to.
  ///
  /// @throws CommandFailedException if there is nothing to look at
  RunSource runs(Environment environment) {
    return runningServer(environment)
        .map(api -> (RunSource) new ServedRuns(api))
        .orElseGet(() -> stored(home.config(environment)));
  }

  private static RunSource stored(ServerConfig config) {
    StoredDatabase database = StoredDatabase.open(config);
    if (config.database().isPresent()) {
      // Others' database: looking at it must not change it.
      Migrator.requireCurrent(database.source());
    } else {
      Migrator.migrate(database.source());
    }
    return new StoredRuns(
        RunReader.on(database.source()),
        RunControl.on(database.source()),
        PostReader.on(database.source()),
        database);
  }
}
