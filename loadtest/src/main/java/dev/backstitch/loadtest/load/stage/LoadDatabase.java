package dev.backstitch.loadtest.load.stage;

import dev.backstitch.loadtest.demo.TemporaryHome;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.nio.file.Path;
import java.util.Map;
import javax.sql.DataSource;

/// A migrated, durable PostgreSQL in a folder that is removed when it is closed.
public final class LoadDatabase implements AutoCloseable {
  private final TemporaryHome home;
  private final EmbeddedPostgres postgres;

  private LoadDatabase(TemporaryHome home, EmbeddedPostgres postgres) {
    this.home = home;
    this.postgres = postgres;
  }

  /// Starts one, with PostgreSQL's own settings but for the number of connections.
  ///
  /// @throws dev.backstitch.migrations.EmbeddedPostgresException when that is not possible
  public static LoadDatabase start() {
    TemporaryHome home = TemporaryHome.create();
    EmbeddedPostgres postgres;
    try {
      postgres =
          EmbeddedPostgres.start(
              EmbeddedPostgresConfig.in(home.path().resolve("postgres"))
                  .withSettings(Map.of("max_connections", "200")));
    } catch (RuntimeException e) {
      home.close();
      throw e;
    }
    LoadDatabase database = new LoadDatabase(home, postgres);
    try {
      Migrator.migrate(postgres.dataSource());
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /// Where it is.
  public DatabaseAddress address() {
    return new DatabaseAddress(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  /// Connections without a pool.
  public DataSource dataSource() {
    return postgres.dataSource();
  }

  /// Where processes beside it may keep their files.
  Path folder() {
    return home.path();
  }

  @Override
  public void close() {
    postgres.close();
    EmbeddedPostgres.delete(postgres.home());
    home.close();
  }
}
