package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

  @TempDir private Path folder;

  private EmbeddedPostgresConfig config() {
    return EmbeddedPostgresConfig.in(folder.resolve("home"))
        .withBinariesFolder(ChildProcess.BINARIES);
  }

  @BeforeEach
  void begin_with_a_home_that_was_used_before() throws IOException {
    PreparedHome.at(folder.resolve("home"));
  }

  @Test
  void rows_are_there_again_after_an_orderly_stop_at_the_same_address() throws SQLException {
    int firstPort;
    try (var postgres = EmbeddedPostgres.start(config())) {
      assertThat(postgres.isOwner()).isTrue();
      firstPort = postgres.port();
      Sql.execute(postgres.dataSource(), "create table kept as select 42 as answer");
    }

    try (var postgres = EmbeddedPostgres.start(config())) {
      assertThat(Sql.query(postgres.dataSource(), "select answer from kept")).isEqualTo("42");
      assertThat(postgres.port()).isEqualTo(firstPort);
    }
  }

  @Test
  void the_database_is_durable_closed_to_others_and_its_role_is_an_ordinary_one()
      throws SQLException, IOException {
    try (var postgres = EmbeddedPostgres.start(config())) {
      var database = postgres.dataSource();

      assertThat(Sql.query(database, "show fsync")).isEqualTo("on");
      assertThat(Sql.query(database, "show synchronous_commit")).isEqualTo("on");
      assertThat(Sql.query(database, "show full_page_writes")).isEqualTo("on");
      assertThat(Sql.query(database, "show data_checksums")).isEqualTo("on");
      assertThat(Sql.query(database, "show server_encoding")).isEqualTo("UTF8");
      assertThat(Sql.query(database, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(Sql.query(database, "show unix_socket_directories")).isEmpty();
      assertThat(
              Sql.query(database, "select datlocale from pg_database where datname = 'backstitch'"))
          .isEqualTo("C.UTF-8");
      assertThat(Sql.query(database, "select rolsuper from pg_roles where rolname = current_user"))
          .isEqualTo("f");
      assertThat(permissionsOf(postgres.home())).isEqualTo("rwx------");
      assertThat(permissionsOf(postgres.home().resolve("password"))).isEqualTo("rw-------");
      assertThatThrownBy(
              () -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "guessed"))
          .isInstanceOf(SQLException.class);
      assertThat(
              DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password()))
          .satisfies(connection -> connection.close());
    }
  }

  private static String permissionsOf(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void settings_go_on_top_but_not_over_what_the_lifecycle_relies_on() throws SQLException {
    var settings = Map.of("work_mem", "7MB", "listen_addresses", "*");
    try (var postgres =
        EmbeddedPostgres.start(config().withSettings(settings).withoutDurability())) {
      assertThat(Sql.query(postgres.dataSource(), "show work_mem")).isEqualTo("7MB");
      assertThat(Sql.query(postgres.dataSource(), "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(Sql.query(postgres.dataSource(), "show fsync")).isEqualTo("off");
    }
  }

  @Test
  void a_second_start_in_the_same_process_attaches_and_takes_over_when_the_first_closes()
      throws SQLException {
    var first = EmbeddedPostgres.start(config().withoutDurability());
    try (var second = EmbeddedPostgres.start(config().withoutDurability());
        var third = EmbeddedPostgres.start(config().withoutDurability())) {
      assertThat(second.isOwner()).isFalse();
      assertThat(second.port()).isEqualTo(first.port());
      var database = second.dataSource();
      Sql.execute(database, "create table kept as select 42 as answer");

      first.close();

      await().until(() -> second.isOwner() || third.isOwner());
      assertThat(second.isOwner()).isNotEqualTo(third.isOwner());
      assertThat(Sql.query(database, "select answer from kept")).isEqualTo("42");
    }
  }

  @Test
  void a_guest_that_closes_leaves_the_owner_alone() throws SQLException {
    try (var owner = EmbeddedPostgres.start(config().withoutDurability())) {
      EmbeddedPostgres.start(config()).close();

      assertThat(owner.isOwner()).isTrue();
      assertThat(Sql.query(owner.dataSource(), "select 1")).isEqualTo("1");
      assertThat(EmbeddedPostgres.delete(owner.home())).isFalse();
    }
  }

  @Test
  void a_server_that_ends_by_itself_is_started_again() throws SQLException {
    try (var postgres = EmbeddedPostgres.start(config())) {
      Sql.execute(postgres.dataSource(), "create table kept as select 42 as answer");
      long pid = Postmaster.of(postgres.home().resolve("data")).orElseThrow().pid();

      ProcessHandle.of(pid).orElseThrow().destroyForcibly();

      await()
          .ignoreExceptions()
          .untilAsserted(() ->
              assertThat(Sql.query(postgres.dataSource(), "select answer from kept"))
                  .isEqualTo("42"));
      assertThat(postgres.isOwner()).isTrue();
    }
  }

  @Test
  void a_deleted_home_is_gone_and_begins_anew() throws SQLException {
    try (var postgres = EmbeddedPostgres.start(config().withoutDurability())) {
      Sql.execute(postgres.dataSource(), "create table kept as select 42 as answer");
    }

    assertThat(EmbeddedPostgres.delete(config().home())).isTrue();

    assertThat(config().home()).doesNotExist();
    try (var postgres = EmbeddedPostgres.start(config().withoutDurability())) {
      assertThat(Sql.query(postgres.dataSource(), "select to_regclass('kept') is null"))
          .isEqualTo("t");
    }
  }
}
