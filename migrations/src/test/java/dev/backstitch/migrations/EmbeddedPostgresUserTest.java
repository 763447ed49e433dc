package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As whom PostgreSQL runs. Every test here runs for root, for an ordinary user and for one without
/// a name; what it has to show differs.
class EmbeddedPostgresUserTest {

  private static final int NOBODY = 65_534;
  private static final int NAMELESS = 1_234_567;
  private static final boolean ROOT = new UnixSystem().getUid() == 0;
  private static final boolean NAMED = new UnixSystem().getUsername() != null;
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");

  @TempDir private static Path shared;
  private static Path binaries;
  private static String classPath;

  @TempDir private Path folder;
  private Path home;

  @BeforeAll
  static void let_every_user_reach_programs_and_classes() throws IOException {
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    binaries = shared.resolve("binaries");
    EmbeddedPostgres.start(
            EmbeddedPostgresConfig.in(shared.resolve("home"))
                .withBinariesFolder(ChildProcess.BINARIES)
                .withoutDurability())
        .close();
    Command.succeeds(List.of("cp", "-a", ChildProcess.BINARIES.toString(), binaries.toString()));
    classPath = ROOT ? copyOfClassPath() : System.getProperty("java.class.path");
  }

  /// Another user cannot look into this one's home folder, where Maven keeps what it has fetched.
  private static String copyOfClassPath() throws IOException {
    var copies = new ArrayList<String>();
    for (String entry :
        List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))) {
      Path original = Path.of(entry);
      Path copy = shared.resolve("classes-" + copies.size());
      try (var files = Files.walk(original)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.copy(file, copy.resolve(original.relativize(file).toString()));
        }
      }
      copies.add(copy.toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  @BeforeEach
  void let_every_user_reach_the_home() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    home = folder.resolve("home");
  }

  private EmbeddedPostgresConfig config() {
    return EmbeddedPostgresConfig.in(home).withBinariesFolder(binaries);
  }

  private ChildProcess startAsOrdinaryUser() throws IOException {
    return ChildProcess.start(ROOT ? AS_NOBODY : List.of(), Map.of(), classPath, home, binaries);
  }

  @Test
  void the_server_never_runs_as_root_and_its_files_belong_to_the_user()
      throws IOException, SQLException {
    try (var postgres = EmbeddedPostgres.start(config())) {
      long pid = Postmaster.of(home.resolve("data")).orElseThrow().pid();

      // What the server itself is told about its user, inside of its user namespace if it has one.
      String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/user")).toString();
      String serversNamespace =
          Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/user")).toString();
      assertThat(serversNamespace.equals(namespace)).isEqualTo(!ROOT && NAMED);
      assertThat(Sql.query(postgres.dataSource(), "select 1")).isEqualTo("1");
      assertThat(ownerOf(home.resolve("data"))).isEqualTo((int) new UnixSystem().getUid());
    }
  }

  @Test
  void an_ordinary_user_starts_his_own_server() throws IOException, InterruptedException {
    int user = ROOT ? NOBODY : (int) new UnixSystem().getUid();
    give(folder, user);

    try (var child = startAsOrdinaryUser()) {
      child.await("started owner=true");

      assertThat(child.sql("select 6 * 7")).isEqualTo("42");
      assertThat(ownerOf(home.resolve("data").resolve("postmaster.pid"))).isEqualTo(user);
      child.tell("close");
      child.await("closed");
    }
  }

  /// As in containers that are started with some number as their user.
  @Test
  void a_user_without_a_name_starts_a_server_too() throws IOException, InterruptedException {
    List<String> asNameless =
        List.of("setpriv", "--reuid=" + NAMELESS, "--regid=" + NAMELESS, "--clear-groups", "--");
    give(folder, NAMELESS);

    try (var child =
        ChildProcess.start(ROOT ? asNameless : List.of(), Map.of(), classPath, home, binaries)) {
      child.await("started owner=true");

      assertThat(child.sql("select 6 * 7")).isEqualTo("42");
      assertThat(ownerOf(home.resolve("data")))
          .isEqualTo(ROOT ? NAMELESS : (int) new UnixSystem().getUid());
    }
  }

  /// As with `sudo`: root starts once in the home of an ordinary user, who then goes on as before.
  @Test
  void a_home_stays_usable_for_its_ordinary_user_after_somebody_else_ran_it()
      throws IOException, InterruptedException, SQLException {
    int user = ROOT ? NOBODY : (int) new UnixSystem().getUid();
    give(folder, user);
    try (var child = startAsOrdinaryUser()) {
      child.await("started owner=true");
      child.sql("create table kept as select 42 as answer");
    }

    try (var postgres = EmbeddedPostgres.start(config())) {
      Sql.execute(postgres.dataSource(), "update kept set answer = 43");
      long pid = Postmaster.of(home.resolve("data")).orElseThrow().pid();
      assertThat(ownerOf(Path.of("/proc/" + pid))).isEqualTo(user);
    }

    try (var child = startAsOrdinaryUser()) {
      child.await("started owner=true");
      assertThat(child.sql("select answer from kept")).isEqualTo("43");
    }
  }

  /// A machine without `unshare`: root falls back to another user. An ordinary user with a name
  /// needs no such program and must not miss it.
  @Test
  void without_user_namespaces_root_runs_it_as_an_unprivileged_user()
      throws IOException, InterruptedException {
    Path programs = onlyPrograms("sh", "setpriv", "sleep", "id", "true");

    try (var child =
        ChildProcess.start(
            List.of(), Map.of("PATH", programs.toString()), classPath, home, binaries)) {
      if (!NAMED) {
        assertThat(child.await("failed ")).contains("BST-PG-015").contains("/etc/passwd");
        return;
      }
      child.await("started owner=true");

      assertThat(child.sql("select 6 * 7")).isEqualTo("42");
      long pid = Postmaster.of(home.resolve("data")).orElseThrow().pid();
      assertThat(ownerOf(Path.of("/proc/" + pid)))
          .isEqualTo(ROOT ? NOBODY : (int) new UnixSystem().getUid());
    }
  }

  @Test
  void root_without_any_way_down_is_told_what_to_do() throws IOException, InterruptedException {
    Path programs = onlyPrograms("sh", "sleep", "id", "true");

    try (var child =
        ChildProcess.start(
            List.of(), Map.of("PATH", programs.toString()), classPath, home, binaries)) {
      if (ROOT) {
        assertThat(child.await("failed "))
            .contains("BST-PG-003")
            .contains("ordinary user")
            .contains("JDBC address");
      } else if (NAMED) {
        child.await("started owner=true");
      } else {
        assertThat(child.await("failed ")).contains("BST-PG-015").contains("/etc/passwd");
      }
    }
  }

  /// A folder for `PATH` in which nothing but these is found.
  private Path onlyPrograms(String... names) throws IOException {
    Path programs = Files.createDirectory(folder.resolve("programs"));
    for (String name : names) {
      String script = "#!/bin/sh\nPATH=/usr/bin:/bin exec %s \"$@\"\n".formatted(name);
      Path program = Files.writeString(programs.resolve(name), script);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return programs;
  }

  private static int ownerOf(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  private static void give(Path path, int user) throws IOException {
    if (ROOT) {
      Files.setAttribute(path, "unix:uid", user);
    }
  }
}
