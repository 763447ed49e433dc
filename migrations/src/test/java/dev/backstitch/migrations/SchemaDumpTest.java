package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class SchemaDumpTest {

  private static final Path COMMITTED =
      Path.of(System.getProperty("backstitch.root", ".."), "migrations", "schema.sql");

  @Test
  void the_committed_dump_shows_the_schema_as_the_migrations_make_it()
      throws IOException, SQLException {
    try (var database = TestDatabase.create()) {
      String current = SchemaDump.of(database.dataSource());
      if (Boolean.getBoolean("backstitch.schema.write")) {
        Files.writeString(COMMITTED, current);
      }

      assertThat(COMMITTED)
          .as(
              "The dump is stale. Refresh it with: mvn -pl migrations -am test -Dtest=SchemaDumpTest"
                  + " -Dsurefire.failIfNoSpecifiedTests=false -Dbackstitch.schema.write=true")
          .hasContent(current);
    }
  }

  /// Proof that nothing is missing from the text: what it makes shows the same text.
  @Test
  void the_dump_makes_the_same_schema_again() throws SQLException {
    try (var database = TestDatabase.create()) {
      String original = SchemaDump.of(database.dataSource());
      execute(database.dataSource(), "drop schema backstitch cascade; create schema backstitch");

      execute(database.dataSource(), "set search_path = backstitch; " + original);

      assertThat(SchemaDump.of(database.dataSource())).isEqualTo(original);
    }
  }

  @Test
  void an_object_that_the_dump_cannot_show_is_an_error() throws SQLException {
    try (var database = TestDatabase.create()) {
      execute(
          database.dataSource(), "create materialized view backstitch.surprise as select 1 as one");

      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> SchemaDump.of(database.dataSource())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("surprise");
    }
  }

  private static void execute(DataSource database, String statements) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }
}
