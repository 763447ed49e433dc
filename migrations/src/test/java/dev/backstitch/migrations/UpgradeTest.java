package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows of an earlier schema that a migration changes: what they meant they mean afterwards.
final class UpgradeTest {
  @TempDir Path earlier;

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

  /// Until version 013 those who waited for their turn and those who waited for the reset stood in
  /// one line.
  @Test
  void those_who_wait_for_quota_keep_their_places() throws Exception {
    DataSource source = database.dataSource();
    migrateTo("012");
    Sql.execute(
        source,
        """
        insert into backstitch.quota_owner (owner)
        values ('token');
        insert into backstitch.quota (owner, resource)
        values ('token', 'core');
        insert into backstitch.quota_lane (owner, resource, lane, line_to)
        values ('token', 'core', 'BULK', '2026-01-02 03:04:05+00'),
               ('token', 'core', 'LIVE', '-infinity')
        """);

    assertThat(Migrator.migrate(source)).isInstanceOf(MigrationResult.Upgraded.class);

    assertThat(
            Sql.query(
                source,
                """
                select string_agg(lane || ' ' || line_to || ' ' || fresh_to, ', ' order by lane)
                from (
                  select lane,
                         (line_to at time zone 'UTC')::text as line_to,
                         (fresh_to at time zone 'UTC')::text as fresh_to
                  from backstitch.quota_lane
                ) as l
                """))
        .isEqualTo("LIVE -infinity -infinity, BULK -infinity 2026-01-02 03:04:05");
  }

  /// Until version 014 a version that the target shows was at times not marked as delivered.
  @Test
  void a_version_that_was_left_unmarked_is_marked_and_no_other() throws Exception {
    DataSource source = database.dataSource();
    migrateTo("013");
    Sql.execute(
        source,
        """
        insert into backstitch.outbox
          (target, key, run_id, seq, content, content_hash, state,
           delivered_run_id, delivered_seq, delivered_hash, delivered_at)
        values ('wall', 'shown', 2, 7, 'x', sha256('x'), 'DELIVERED', 2, 7, sha256('x'), '2026-01-02'),
               ('wall', 'waits', 3, 1, 'x', sha256('x'), 'PENDING', null, null, null, null);
        insert into backstitch.post (run_id, seq, target, key)
        values (2, 7, 'wall', 'shown'),
               (2, 6, 'wall', 'shown'),
               (3, 1, 'wall', 'waits')
        """);

    assertThat(Migrator.migrate(source)).isInstanceOf(MigrationResult.Upgraded.class);

    assertThat(
            Sql.query(
                source,
                """
                select string_agg(run_id || ' ' || seq, ', ')
                from backstitch.post
                where delivered_at = '2026-01-02'
                """))
        .isEqualTo("2 7");
    assertThat(Sql.query(source, "select count(*) from backstitch.post where delivered_at is null"))
        .isEqualTo("2");
  }

  private void migrateTo(String version) throws IOException {
    for (Path file : files()) {
      if (file.getFileName().toString().substring(1).compareTo(version + "~") < 0) {
        Files.copy(file, earlier.resolve(file.getFileName().toString()));
      }
    }
    assertThat(Migrator.migrate(database.dataSource(), "filesystem:" + earlier))
        .isInstanceOfSatisfying(
            MigrationResult.Created.class,
            created -> assertThat(created.version()).isEqualTo(version));
  }

  private static List<Path> files() throws IOException {
    Path first =
        Path.of(Objects.requireNonNull(Migrator.class.getResource("V001__schema.sql")).getPath());
    try (Stream<Path> files = Files.list(Objects.requireNonNull(first.getParent()))) {
      return files.filter(file -> file.getFileName().toString().startsWith("V")).toList();
    }
  }
}
