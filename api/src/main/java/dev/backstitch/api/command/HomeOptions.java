package dev.backstitch.api.command;

import dev.backstitch.api.server.DatabaseUrl;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a server keeps what it knows.
public final class HomeOptions {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description =
          "Home folder; the embedded PostgreSQL lies in it. Default: BACKSTITCH_HOME, or .backstitch.")
  private @Nullable Path home;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "A PostgreSQL (15 to 18) of your own: jdbc:postgresql://HOST:5432/DATABASE. The password"
              + " comes from BACKSTITCH_DATABASE_PASSWORD.")
  private @Nullable String databaseUrl;

  @Option(
      names = "--database-pool-url",
      paramLabel = "URL",
      description =
          "The same database through a pooler in transaction mode such as PgBouncer, with the same"
              + " user, for all that needs no session. --database-url must go around the pooler.")
  private @Nullable String databasePoolUrl;

  @Option(names = "--database-user", paramLabel = "NAME", description = "Its user.")
  private @Nullable String databaseUser;

  /// The home folder.
  public Path home(Environment environment) {
    Path given = home;
    return given != null ? given : folder(environment.get("BACKSTITCH_HOME").orElse(".backstitch"));
  }

  /// A folder by its name.
  ///
  /// @throws IllegalArgumentException if this process's locale has no such name
  static Path folder(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "the folder '"
              + name
              + "' can't be named in this locale. Set LC_ALL to one with UTF-8, such as C.UTF-8,"
              + " or choose a name in ASCII",
          e);
    }
  }

  /// How a server on this home is run.
  ///
  /// @throws IllegalArgumentException if the database's address is malformed
  public ServerConfig config(Environment environment) {
    ServerConfig config = ServerConfig.in(home(environment)).withToken(environment.apiToken());
    String url = databaseUrl;
    if (url != null) {
      return config.withDatabase(database(url, environment));
    }
    if (databasePoolUrl != null) {
      throw new IllegalArgumentException("--database-pool-url needs --database-url as well");
    }
    return config;
  }

  private DatabaseAddress database(String url, Environment environment) {
    DatabaseAddress direct =
        DatabaseUrl.parse(
            url,
            Optional.ofNullable(databaseUser),
            environment.get("BACKSTITCH_DATABASE_PASSWORD"));
    String pool = databasePoolUrl;
    return pool == null
        ? direct
        : direct.withPool(
            DatabaseUrl.parse(pool, Optional.of(direct.user()), Optional.of(direct.password()))
                .jdbcUrl());
  }
}
