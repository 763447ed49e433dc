package dev.backstitch.api.command;

import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// The database behind a home folder, or one's own, for a command that asks it directly.
///
/// @param source connections without a pool
/// @param lifetime what must be closed with it
record StoredDatabase(DataSource source, AutoCloseable lifetime) implements AutoCloseable {

  /// Finds the database. The embedded one is shared with the server that runs it, or started for as
  /// long as this is open.
  ///
  /// @throws CommandFailedException if there is none yet
  static StoredDatabase open(ServerConfig config) {
    Optional<DatabaseAddress> own = config.database();
    if (own.isPresent()) {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(own.get().jdbcUrl());
      source.setUser(own.get().user());
      source.setPassword(own.get().password());
      return new StoredDatabase(source, () -> {});
    }
    Path postgres = config.home().resolve("postgres");
    if (Files.notExists(postgres)) {
      throw new CommandFailedException(
          "No server runs on the home folder "
              + config.home().toAbsolutePath().normalize()
              + ", and it has no database yet. Start one with 'backstitch serve', or pass"
              + " another --home.");
    }
    EmbeddedPostgres embedded = EmbeddedPostgres.start(EmbeddedPostgresConfig.in(postgres));
    return new StoredDatabase(embedded.dataSource(), embedded);
  }

  @Override
  public void close() {
    try {
      lifetime.close();
    } catch (Exception e) {
      throw new CommandFailedException("The database could not be closed: " + e.getMessage(), e);
    }
  }
}
