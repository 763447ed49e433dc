package dev.backstitch.api.command;

import dev.backstitch.api.server.RunningServer;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.RunReader;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
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

  /// Where runs can be looked at.
  ///
  /// @throws CommandFailedException if there is nothing to look at
  RunSource runs(Environment environment) {
    return runningServer(environment)
        .map(api -> (RunSource) new ServedRuns(api))
        .orElseGet(() -> stored(home.config(environment)));
  }

  private static RunSource stored(ServerConfig config) {
    Optional<DatabaseAddress> own = config.database();
    if (own.isPresent()) {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(own.get().jdbcUrl());
      source.setUser(own.get().user());
      source.setPassword(own.get().password());
      Migrator.requireCurrent(source);
      return new StoredRuns(RunReader.on(source), () -> {});
    }
    Path postgres = config.home().resolve("postgres");
    if (Files.notExists(postgres)) {
      throw new CommandFailedException(
          "No server runs on the home folder "
              + config.home().toAbsolutePath().normalize()
              + ", and it has no database yet. Start one with 'backstitch serve', or pass --home or"
              + " --server.");
    }
    EmbeddedPostgres embedded = EmbeddedPostgres.start(EmbeddedPostgresConfig.in(postgres));
    Migrator.migrate(embedded.dataSource());
    return new StoredRuns(RunReader.on(embedded.dataSource()), embedded);
  }
}
