package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class MigratorTest {

  private static final String OLDER_BUILD = "classpath:migrator-test/older";
  private static final String NEWER_BUILD = "classpath:migrator-test/newer";
  private static final String COMPATIBLE_BUILD = "classpath:migrator-test/compatible";
  private static final String OTHER_BUILD = "classpath:migrator-test/other";
  private static final String BROKEN_BUILD = "classpath:migrator-test/broken";

  private TestDatabase database;

  @BeforeEach
  void an_empty_database() throws SQLException {
    database = TestDatabase.create();
    Sql.execute(database.dataSource(), "drop schema backstitch cascade");
  }

  @AfterEach
  void drop_it() {
    database.close();
  }

  private MigrationResult migrate(String location) {
    return Migrator.migrate(database.dataSource(), location);
  }

  @Test
  void who_only_reads_is_told_what_is_amiss_and_changes_nothing() throws SQLException {
    assertThatThrownBy(() -> Migrator.requireCurrent(database.dataSource(), NEWER_BUILD))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("BST-DB-107")
        .hasMessageContaining("version none");
    migrate(OLDER_BUILD);
    assertThatThrownBy(() -> Migrator.requireCurrent(database.dataSource(), NEWER_BUILD))
        .hasMessageContaining("the schema has version 001, this build reads version 003");
    Migrator.requireCurrent(database.dataSource(), OLDER_BUILD);
    migrate(NEWER_BUILD);
    assertThatThrownBy(() -> Migrator.requireCurrent(database.dataSource(), OLDER_BUILD))
        .hasMessageContaining("BST-DB-103");
    Migrator.requireCurrent(database.dataSource(), NEWER_BUILD);
  }

  @Test
  void it_creates_then_upgrades_then_finds_nothing_to_do() throws SQLException {
    assertThat(migrate(OLDER_BUILD))
        .isInstanceOfSatisfying(
            MigrationResult.Created.class,
            created -> {
              assertThat(created.version()).isEqualTo("001");
              assertThat(created.applied()).isEqualTo(1);
              assertThat(created.duration()).isPositive();
            });
    assertThat(migrate(NEWER_BUILD))
        .isInstanceOfSatisfying(
            MigrationResult.Upgraded.class,
            upgraded -> {
              assertThat(upgraded.from()).isEqualTo("001");
              assertThat(upgraded.version()).isEqualTo("003");
              assertThat(upgraded.applied()).isEqualTo(2);
            });
    assertThat(migrate(NEWER_BUILD))
        .isInstanceOfSatisfying(
            MigrationResult.Unchanged.class,
            unchanged -> assertThat(unchanged.version()).isEqualTo("003"));
    assertThat(Sql.query(database.dataSource(), "select to_regclass('backstitch.third') is null"))
        .isEqualTo("f");
  }

  @Test
  void many_processes_that_start_at_once_create_the_schema_once() throws InterruptedException {
    // One file of this build makes an index concurrently, which waits for every open transaction.
    Callable<MigrationResult> start = () -> migrate(NEWER_BUILD);
    var starts = new ArrayList<>(List.of(start, start, start, start, start, start));
    List<MigrationResult> results;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      results = threads.invokeAll(starts).stream().map(Future::resultNow).toList();
    }

    assertThat(results).filteredOn(MigrationResult.Created.class::isInstance).hasSize(1);
    assertThat(results).filteredOn(MigrationResult.Unchanged.class::isInstance).hasSize(5);
  }

  @Test
  void the_schema_of_a_newer_build_is_refused_with_both_versions() {
    migrate(NEWER_BUILD);

    assertThatThrownBy(() -> migrate(OLDER_BUILD))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("BST-DB-103")
        .hasMessageContaining("version 003")
        .hasMessageContaining("up to 001");
  }

  @Test
  void a_schema_that_still_serves_the_build_before_is_taken_as_it_is() {
    migrate(COMPATIBLE_BUILD);

    assertThat(migrate(OLDER_BUILD))
        .isInstanceOfSatisfying(
            MigrationResult.Unchanged.class,
            unchanged -> assertThat(unchanged.version()).isEqualTo("003"));
    Migrator.requireCurrent(database.dataSource(), OLDER_BUILD);
    assertThatThrownBy(() -> migrate(OTHER_BUILD))
        .as("the same past is needed all the same")
        .hasMessageContaining("BST-DB-104");
  }

  @Test
  void a_migration_that_was_edited_after_it_landed_is_refused() {
    migrate(OLDER_BUILD);

    assertThatThrownBy(() -> migrate(OTHER_BUILD))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("BST-DB-104");
  }

  @Test
  void a_migration_that_fails_leaves_nothing_of_its_file() throws SQLException {
    migrate(OLDER_BUILD);

    assertThatThrownBy(() -> migrate(BROKEN_BUILD))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("BST-DB-105")
        .hasMessageContaining("no_such_table");

    assertThat(Sql.query(database.dataSource(), "select to_regclass('backstitch.second') is null"))
        .isEqualTo("t");
    assertThat(migrate(NEWER_BUILD).version()).isEqualTo("003");
  }

  @Test
  void a_database_that_cannot_be_reached_is_told_from_a_migration_that_failed() {
    var nobody = new PGSimpleDataSource();
    nobody.setUrl(database.jdbcUrl());
    nobody.setUser("nobody");
    nobody.setPassword("guessed");

    assertThatThrownBy(() -> Migrator.migrate(nobody))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("BST-DB-101");
  }
}
