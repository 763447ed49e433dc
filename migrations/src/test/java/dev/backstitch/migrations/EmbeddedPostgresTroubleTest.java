package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the user is told when it cannot work.
class EmbeddedPostgresTroubleTest {

  private static final List<String> OWN_MOUNTS =
      List.of("unshare", "--user", "--map-root-user", "--mount");

  @TempDir private Path folder;

  private Path home() {
    return folder.resolve("home");
  }

  private EmbeddedPostgresConfig config() {
    return EmbeddedPostgresConfig.in(home())
        .withBinariesFolder(ChildProcess.BINARIES)
        .withoutDurability();
  }

  private static EmbeddedPostgresException failureOf(EmbeddedPostgresConfig config) {
    return catchThrowableOfType(
        EmbeddedPostgresException.class, () -> EmbeddedPostgres.start(config).close());
  }

  @Test
  void a_home_that_cannot_be_made_is_named() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    var failure = failureOf(EmbeddedPostgresConfig.in(file.resolve("home")));

    assertThat(failure.code()).isEqualTo("BST-PG-001");
    assertThat(failure)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Choose another");
  }

  @Test
  void a_folder_with_other_peoples_files_is_not_taken_over() throws IOException {
    Path file = Files.createFile(Files.createDirectory(home()).resolve("thesis.txt"));

    var failure = failureOf(config());

    assertThat(failure.code()).isEqualTo("BST-PG-001");
    assertThat(home()).isDirectoryContaining(entry -> entry.equals(file));
  }

  @Test
  void a_taken_port_is_named() throws IOException {
    PreparedHome.at(home());
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var failure = failureOf(config().withPort(taken.getLocalPort()));

      assertThat(failure.code()).isEqualTo("BST-PG-004");
      assertThat(failure).hasMessageContaining(Integer.toString(taken.getLocalPort()));
    }
  }

  @Test
  void a_free_port_that_was_chosen_is_used() throws IOException {
    PreparedHome.at(home());
    int free = Ports.choose(0, 0);

    try (var postgres = EmbeddedPostgres.start(config().withPort(free))) {
      assertThat(postgres.port()).isEqualTo(free);
      assertThat(postgres.jdbcUrl())
          .isEqualTo("jdbc:postgresql://127.0.0.1:" + free + "/backstitch");
    }
  }

  @Test
  void when_the_last_port_was_taken_meanwhile_another_one_is_used()
      throws IOException, SQLException {
    PreparedHome.at(home());
    int last;
    try (var postgres = EmbeddedPostgres.start(config())) {
      last = postgres.port();
    }

    try (var taken = new ServerSocket(last, 1, InetAddress.ofLiteral("127.0.0.1"));
        var postgres = EmbeddedPostgres.start(config())) {
      assertThat(postgres.port()).isNotEqualTo(taken.getLocalPort());
      assertThat(Sql.query(postgres.dataSource(), "select 1")).isEqualTo("1");
    }
  }

  @Test
  void a_setting_that_the_server_refuses_is_shown_from_its_log() throws IOException {
    PreparedHome.at(home());

    var failure = failureOf(config().withSettings(Map.of("work_mem", "plenty")));

    assertThat(failure.code()).isEqualTo("BST-PG-008");
    assertThat(failure).hasMessageContaining("work_mem").hasMessageContaining("server.log");
  }

  @Test
  void an_owner_whose_server_never_comes_is_named() throws IOException {
    HomeFolder home = HomeFolder.open(home());
    try (HomeLock owner = HomeLock.open(home.lock())) {
      assertThat(owner.tryAcquire()).isTrue();

      var failure = failureOf(config().withStartTimeout(Duration.ofMillis(200)));

      assertThat(failure.code()).isEqualTo("BST-PG-011");
      assertThat(failure).hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }
  }

  @Test
  void data_that_is_not_ours_to_judge_is_left_untouched() throws IOException {
    PreparedHome.at(home());
    Path version = home().resolve("data").resolve("PG_VERSION");
    Path control = home().resolve("data").resolve("global").resolve("pg_control");

    Files.writeString(version, "17\n");
    assertThat(failureOf(config()))
        .hasMessageContaining("BST-PG-010")
        .hasMessageContaining("PostgreSQL 17");

    Files.delete(version);
    assertThat(failureOf(config()))
        .hasMessageContaining("BST-PG-010")
        .hasMessageContaining("PG_VERSION");

    Files.writeString(version, "18\n");
    Path password = Files.move(home().resolve("password"), folder.resolve("password"));
    assertThat(failureOf(config()))
        .hasMessageContaining("BST-PG-010")
        .hasMessageContaining("password");

    assertThat(control).exists();
    Files.move(password, home().resolve("password"));
    EmbeddedPostgres.start(config()).close();
  }

  /// The disk is a small one in memory, mounted where only that process sees it; this needs no
  /// root.
  @Test
  void a_full_disk_is_told_apart_from_other_trouble_and_loses_nothing()
      throws IOException, InterruptedException, SQLException {
    PreparedHome.at(home());
    try (var postgres = EmbeddedPostgres.start(config())) {
      Sql.execute(postgres.dataSource(), "create table kept as select 42 as answer");
    }
    Path disk = Files.createDirectory(folder.resolve("disk"));
    if (!canMount(disk)) {
      // No disk can be mounted here; what is left is to ask for more than any disk has.
      assertThatThrownBy(() -> DiskSpace.of(disk).require(Long.MAX_VALUE, "this test"))
          .hasMessageContaining("BST-PG-005");
      return;
    }

    String tooSmall =
        """
        mount -t tmpfs -o size=60m tmpfs "$DISK"
        exec "$@"
        """;
    try (var child = startOn(disk, tooSmall)) {
      assertThat(child.await("failed "))
          .contains("BST-PG-005")
          .contains("make room")
          .contains("making a database");
    }

    String fullThenCleared =
        """
        mount -t tmpfs -o size=200m tmpfs "$DISK"
        cp -a "$USED" "$DISK/home"
        fallocate -l "$(df --output=avail -B1 "$DISK" | tail -1)" "$DISK/filler"
        "$@" </dev/null
        rm "$DISK/filler"
        exec "$@"
        """;
    try (var child = startOn(disk, fullThenCleared)) {
      assertThat(child.await("failed "))
          .contains("BST-PG-005")
          .contains("make room")
          .contains("starting PostgreSQL");
      child.await("started owner=true");
      assertThat(child.sql("select answer from kept")).isEqualTo("42");
    }
  }

  private static boolean canMount(Path disk) {
    return Command.succeeds(
        Stream.concat(
                OWN_MOUNTS.stream(), Stream.of("mount", "-t", "tmpfs", "tmpfs", disk.toString()))
            .toList());
  }

  private ChildProcess startOn(Path disk, String script) throws IOException {
    return ChildProcess.start(
        Stream.concat(OWN_MOUNTS.stream(), Stream.of("sh", "-c", script, "on-disk")).toList(),
        Map.of("DISK", disk.toString(), "USED", home().toString()),
        disk.resolve("home"));
  }

  @Test
  void a_path_beyond_ascii_works_in_a_utf8_locale_and_is_explained_in_others()
      throws IOException, InterruptedException {
    // printf writes the letters' bytes whatever the locale of this process is.
    String script =
        """
        strange="$FOLDER/$(printf 'h\\303\\244uschen')"
        mkdir -p "$strange"
        cd "$strange"
        exec "$@"
        """;
    try (var child = startIn(script, "C.UTF-8")) {
      child.await("started owner=true");
      assertThat(child.sql("select 6 * 7")).isEqualTo("42");
    }

    try (var child = startIn(script, "C")) {
      assertThat(child.await("failed ")).contains("BST-PG-006").contains("LC_ALL=C.UTF-8");
    }
  }

  private ChildProcess startIn(String script, String locale) throws IOException {
    return ChildProcess.start(
        List.of("sh", "-c", script, "in-folder"),
        Map.of("LC_ALL", locale, "FOLDER", folder.toString()),
        Path.of("home"));
  }

  @Test
  void an_unknown_machine_is_told_what_is_supported() {
    assertThatThrownBy(() -> Platform.packedBinaries("Windows 11", "amd64", false))
        .hasMessageContaining("BST-PG-002")
        .hasMessageContaining("Windows 11");
    assertThatThrownBy(() -> Platform.packedBinaries("Linux", "riscv64", false))
        .hasMessageContaining("BST-PG-002")
        .hasMessageContaining("riscv64");
    assertThatThrownBy(() -> Platform.packedBinaries("Linux", "amd64", true))
        .hasMessageContaining("BST-PG-002")
        .hasMessageContaining("glibc");
  }

  @Test
  void a_configuration_that_makes_no_sense_is_refused_at_once() {
    assertThatThrownBy(() -> config().withPort(70_000)).hasMessageContaining("port");
    assertThatThrownBy(() -> config().withStartTimeout(Duration.ZERO))
        .hasMessageContaining("startTimeout");
    assertThatThrownBy(() -> config().withSettings(Map.of("a b", "c"))).hasMessageContaining("a b");
  }
}
