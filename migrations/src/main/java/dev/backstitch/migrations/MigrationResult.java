package dev.backstitch.migrations;

import java.time.Duration;

/// What [Migrator#migrate] found and did. Versions are those of the migration files, for example
/// `002`.
public sealed interface MigrationResult {

  /// The version that the schema has now.
  String version();

  /// How long it took, waiting for other processes included.
  Duration duration();

  /// There was no schema; now there is.
  record Created(String version, int applied, Duration duration) implements MigrationResult {}

  /// The schema was older and has been brought forward.
  record Upgraded(String from, String version, int applied, Duration duration)
      implements MigrationResult {}

  /// Nothing had to be done.
  record Unchanged(String version, Duration duration) implements MigrationResult {}
}
