package dev.backstitch.migrations;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the schema `backstitch` of a database to the version of this build.
///
/// The files lie beside this class, `V001__schema.sql` and on. Flyway applies them, each in a
/// transaction of its own, and keeps their list in the same schema. A file that has landed is never
/// edited; its checksum is compared at every start.
public final class Migrator {

  /// The schema that holds everything of Backstitch, also Flyway's own table.
  public static final String SCHEMA = "backstitch";

  private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);
  private static final String LOCATION = "classpath:dev/backstitch/migrations";
  private static final String POSTGRESQL = "PostgreSQL";
  private static final int OLDEST_MAJOR = 15;

  private Migrator() {}

  /// Migrates, or finds that nothing is to be done. Several processes may do so at once: one works,
  /// the others wait and find it done. Needs a direct connection or a pooler in session mode, and
  /// the right to create a schema in the database.
  ///
  /// @throws MigrationException when the server is older than PostgreSQL 15, the schema newer than
  ///   this build can work on (`compatible_from`), or a migration fails
  public static MigrationResult migrate(DataSource database) {
    return migrate(database, LOCATION);
  }

  /// Finds the schema as this build needs it, or says what is amiss. Changes nothing: for who only
  /// reads in a database that others run.
  ///
  /// @throws MigrationException when the database can't be reached, or its schema is missing or of
  ///   another version
  public static void requireCurrent(DataSource database) {
    requireCurrent(database, LOCATION);
  }

  static void requireCurrent(DataSource database, String location) {
    try (Connection connection = connect(database)) {
      requireSupported(connection.getMetaData());
    } catch (SQLException e) {
      throw MigrationException.failed(e);
    }
    Flyway flyway = flyway(database, location);
    Optional<String> newer = newerVersion(flyway);
    if (newer.isPresent()) {
      requireCompatible(database, flyway, newer.get());
      return;
    }
    String here = versions(flyway, MigrationState::isApplied).reduce((_, last) -> last).orElse("");
    if (!here.equals(newestKnown(flyway))) {
      throw MigrationException.notMigrated(here.isEmpty() ? "none" : here, newestKnown(flyway));
    }
  }

  static MigrationResult migrate(DataSource database, String location) {
    Instant begin = Instant.now();
    try (Connection connection = connect(database)) {
      requireSupported(connection.getMetaData());
      try (var _ = MigrationLock.acquire(connection)) {
        MigrationResult result = apply(database, location, begin);
        LOG.info("schema is ready result={}", result);
        return result;
      }
    } catch (SQLException e) {
      throw MigrationException.failed(e);
    }
  }

  private static Connection connect(DataSource database) {
    try {
      return database.getConnection();
    } catch (SQLException e) {
      throw MigrationException.databaseNotReachable(e);
    }
  }

  private static void requireSupported(DatabaseMetaData server) throws SQLException {
    String name = server.getDatabaseProductName();
    if (!name.equals(POSTGRESQL) || server.getDatabaseMajorVersion() < OLDEST_MAJOR) {
      throw MigrationException.serverTooOld(
          name + " " + server.getDatabaseProductVersion(), OLDEST_MAJOR);
    }
  }

  private static MigrationResult apply(DataSource database, String location, Instant begin) {
    Flyway flyway = flyway(database, location);
    try {
      return resultOf(flyway.migrate(), flyway, begin);
    } catch (FlywayValidateException e) {
      String newer = newerVersion(flyway).orElseThrow(() -> MigrationException.historyDiffers(e));
      requireCompatible(database, flyway, newer);
      requireSamePast(database, location);
      return new MigrationResult.Unchanged(newer, Duration.between(begin, Instant.now()));
    } catch (FlywayException e) {
      throw MigrationException.failed(e);
    }
  }

  /// A newer build says in its schema which older ones can still work on it.
  private static void requireCompatible(DataSource database, Flyway flyway, String newer) {
    String known = newestKnown(flyway);
    try {
      if (CompatibilityStore.compatibleFrom(database)
          .filter(oldest -> MigrationVersion.fromVersion(known).isAtLeast(oldest))
          .isEmpty()) {
        throw MigrationException.madeByNewerBuild(newer, known);
      }
    } catch (SQLException e) {
      throw MigrationException.failed(e);
    }
  }

  private static void requireSamePast(DataSource database, String location) {
    try {
      configured(database, location).ignoreMigrationPatterns("*:future").load().validate();
    } catch (FlywayValidateException e) {
      throw MigrationException.historyDiffers(e);
    }
  }

  private static Flyway flyway(DataSource database, String location) {
    // None: by default Flyway runs happily against the schema of a newer build.
    return configured(database, location).ignoreMigrationPatterns(new String[0]).load();
  }

  private static FluentConfiguration configured(DataSource database, String location) {
    var configuration =
        Flyway.configure()
            .loggers(QuietFlywayLog.class.getName())
            .dataSource(database)
            .schemas(SCHEMA)
            .locations(location)
            .failOnMissingLocations(true)
            .validateMigrationNaming(true)
            // Without it every class beside the files is loaded to see whether it is a migration.
            .javaMigrationClassProvider(List::of);
    // A lock held by an open transaction would block CREATE INDEX CONCURRENTLY for ever.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    return configuration;
  }

  private static MigrationResult resultOf(MigrateResult result, Flyway flyway, Instant begin) {
    Duration duration = Duration.between(begin, Instant.now());
    if (result.migrationsExecuted == 0) {
      return new MigrationResult.Unchanged(newestKnown(flyway), duration);
    }
    String from = result.initialSchemaVersion;
    String to = result.targetSchemaVersion;
    return from == null || from.isEmpty()
        ? new MigrationResult.Created(to, result.migrationsExecuted, duration)
        : new MigrationResult.Upgraded(from, to, result.migrationsExecuted, duration);
  }

  private static Optional<String> newerVersion(Flyway flyway) {
    return versions(
            flyway,
            state ->
                state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED)
        .reduce((_, last) -> last);
  }

  private static String newestKnown(Flyway flyway) {
    return versions(flyway, MigrationState::isResolved).reduce((_, last) -> last).orElse("none");
  }

  /// In ascending order. Flyway also lists that it made the schema, which has no version.
  private static Stream<String> versions(Flyway flyway, Predicate<MigrationState> wanted) {
    return Arrays.stream(flyway.info().all())
        .filter(migration -> migration.isVersioned() && wanted.test(migration.getState()))
        .map(migration -> migration.getVersion().getVersion());
  }
}
