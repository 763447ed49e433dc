package dev.backstitch.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/// The whole current schema as one text, to be read, and compared when migrations change.
///
/// The migration files tell how the schema came to be; after a few of them nobody can tell from
/// them what it is. The text is kept in the repository as `migrations/schema.sql`. It is SQL that
/// makes the same schema again, except for the partitions, which are made as time goes on.
public final class SchemaDump {

  private static final String HEAD =
      """
      -- The whole schema as it is after all migrations. Generated: do not edit, and do not apply it to
      -- a database, the migrations do that. A test fails when this is stale; refresh it with
      --
      --   mvn -pl migrations -am test -Dtest=SchemaDumpTest -Dsurefire.failIfNoSpecifiedTests=false \
      -Dbackstitch.schema.write=true
      --
      -- Partitions of partitioned tables are not shown: make_partitions makes them as time goes on.

      set check_function_bodies = off;
      """;

  private static final Pattern ROUTINE_HEAD =
      Pattern.compile("^(CREATE OR REPLACE (?:FUNCTION|PROCEDURE) [^(]+)\\((.*)\\)$");
  private static final int LINE_LENGTH = 100;

  private SchemaDump() {}

  /// Reads the schema of this build from a migrated database.
  ///
  /// @throws IllegalStateException when the schema holds a kind of object that the text would miss
  public static String of(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      // Names of this schema are then shown without it.
      connection.setSchema(Migrator.SCHEMA);
      return print(new CatalogStore(connection, Migrator.SCHEMA));
    }
  }

  private static String print(CatalogStore catalog) throws SQLException {
    List<String> missed = catalog.notCovered();
    if (!missed.isEmpty()) {
      throw new IllegalStateException(
          "the dump does not know how to print " + missed + "; extend CatalogStore");
    }
    var text = new StringBuilder(HEAD);
    section(text, "types", catalog.types(), "\n\n");
    section(text, "tables", catalog.tables(), "\n\n");
    section(text, "foreign keys", catalog.foreignKeys(), "\n");
    section(text, "indexes", catalog.indexes(), "\n");
    section(
        text,
        "functions",
        catalog.functions().stream().map(SchemaDump::withParametersOnLines).toList(),
        "\n\n");
    section(text, "views", catalog.views(), "\n\n");
    section(text, "triggers", catalog.triggers(), "\n");
    section(text, "privileges that differ from the default", catalog.privileges(), "\n");
    section(text, "comments", catalog.comments(), "\n");
    return text.toString();
  }

  private static void section(
      StringBuilder text, String title, List<String> statements, String separator) {
    if (!statements.isEmpty()) {
      text.append("\n\n-- ").append(title).append("\n\n");
      text.append(String.join(separator, statements)).append('\n');
    }
  }

  /// PostgreSQL shows all parameters on one line. Types such as `numeric(10,2)` have no space after
  /// their comma, defaults with one are not in use.
  private static String withParametersOnLines(String routine) {
    String head = routine.lines().findFirst().orElseThrow();
    var parts = ROUTINE_HEAD.matcher(head);
    if (head.length() <= LINE_LENGTH || !parts.matches()) {
      return routine;
    }
    return parts.group(1)
        + "(\n  "
        + parts.group(2).replace(", ", ",\n  ")
        + "\n)"
        + routine.substring(head.length());
  }
}
