package dev.backstitch.loadtest.contest;

import dev.backstitch.loadtest.meter.Meter;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/// The server that all engines share, each with a database of its own.
public final class Arena implements AutoCloseable {
  /// The same for all. No checkpoint of the server falls into anybody's turn by chance.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "max_connections", "300",
          "shared_buffers", "512MB",
          "max_wal_size", "16GB",
          "checkpoint_timeout", "1h");

  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final AtomicInteger prepared = new AtomicInteger();

  private Arena(Path folder, EmbeddedPostgres postgres) {
    this.folder = folder;
    this.postgres = postgres;
  }

  /// Starts it, durable.
  ///
  /// @param folder empty; whoever made it deletes it
  public static Arena open(Path folder) {
    return new Arena(
        folder,
        EmbeddedPostgres.start(
            EmbeddedPostgresConfig.in(folder.resolve("postgres")).withSettings(SETTINGS)));
  }

  /// What is set apart from the server's defaults, for the reader of the table.
  public static String settings() {
    return "fsync=on synchronous_commit=on "
        + String.join(
            " ",
            SETTINGS.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .sorted()
                .toList());
  }

  /// For files of the engines' processes.
  Path folder() {
    return folder;
  }

  /// Makes an empty database and a folder for an engine.
  Ground prepare(Contender contender) {
    String label = contender.label() + "_" + prepared.incrementAndGet();
    String name = "contest_" + label.replace('-', '_');
    Jdbi.create(postgres.dataSource()).useHandle(handle -> ArenaStore.createDatabase(handle, name));
    Path own = folder.resolve(label);
    try {
      Files.createDirectory(own);
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for " + contender, e);
    }
    return new Ground(
        "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/" + name,
        postgres.user(),
        postgres.password(),
        own.toString());
  }

  /// Shows what an engine costs.
  static Meter meter(Ground ground, long engineProcess) {
    return Meter.of(dataSource(ground), List.of(engineProcess));
  }

  /// A connection to an engine's database.
  static Connection connect(Ground ground) throws SQLException {
    return dataSource(ground).getConnection();
  }

  private static DataSource dataSource(Ground ground) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(ground.jdbcUrl());
    source.setUser(ground.user());
    source.setPassword(ground.password());
    return source;
  }

  @Override
  public void close() {
    postgres.close();
  }
}
