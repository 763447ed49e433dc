package dev.backstitch.loadtest.load.stage;

import dev.backstitch.loadtest.demo.TemporaryHome;
import dev.backstitch.loadtest.load.profile.StatementStore;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/// A migrated, durable PostgreSQL in a folder that is removed when it is closed.
public final class LoadDatabase implements AutoCloseable {
  /// Of the embedded cluster, with the same password; extensions are made by nobody else.
  private static final String SUPERUSER = "postgres";

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
    return start(Map.of());
  }

  /// The same, and it counts every statement with what it costs, also those that functions call.
  /// That costs something itself.
  public static LoadDatabase startCounting() {
    LoadDatabase database =
        start(
            Map.of(
                "shared_preload_libraries", "pg_stat_statements",
                "pg_stat_statements.track", "all"));
    DatabaseAddress address = database.address();
    DatabaseAddress privileged =
        new DatabaseAddress(address.jdbcUrl(), SUPERUSER, address.password());
    try {
      Jdbi.create(() -> privileged.connect("statements")).useHandle(StatementStore::create);
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static LoadDatabase start(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("max_connections", "200");
    TemporaryHome home = TemporaryHome.create();
    EmbeddedPostgres postgres;
    try {
      postgres =
          EmbeddedPostgres.start(
              EmbeddedPostgresConfig.in(home.path().resolve("postgres")).withSettings(all));
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
