package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import org.postgresql.ds.PGSimpleDataSource;

/// A ground as this house's engines see it.
final class Grounds {
  private Grounds() {}

  static DatabaseAddress address(Ground ground) {
    return new DatabaseAddress(ground.jdbcUrl(), ground.user(), ground.password());
  }

  /// Makes the engine's tables, if they are not there.
  static void migrate(Ground ground) {
    Migrator.migrate(dataSource(ground));
  }

  static PGSimpleDataSource dataSource(Ground ground) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(ground.jdbcUrl());
    source.setUser(ground.user());
    source.setPassword(ground.password());
    return source;
  }
}
