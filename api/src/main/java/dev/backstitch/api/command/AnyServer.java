package dev.backstitch.api.command;

import dev.backstitch.api.server.Server;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Mixin;

/// Talks to the running server, or to one that is started for one command only.
final class AnyServer {
  @Mixin private Connection connection = new Connection();

  /// Does something with a server.
  ///
  /// @return what it returns: the exit code
  int with(Environment environment, ToIntFunction<ApiClient> command) {
    Optional<ApiClient> running = connection.runningServer(environment);
    if (running.isPresent()) {
      try (ApiClient api = running.get()) {
        return command.applyAsInt(api);
      }
    }
    try (Server server =
            Server.start(
                connection.home().config(environment).quiet(),
                Modules.installed(),
                environment.settings(Map.of()));
        ApiClient api = new ApiClient(server.address(), environment.apiToken())) {
      return command.applyAsInt(api);
    }
  }
}
