package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens when real processes are killed.
class EmbeddedPostgresCrashTest {

  @TempDir private Path folder;

  private Path home() {
    return folder.resolve("home");
  }

  private Path data() {
    return home().resolve("data");
  }

  private EmbeddedPostgresConfig config() {
    return EmbeddedPostgresConfig.in(home()).withBinariesFolder(ChildProcess.BINARIES);
  }

  @Test
  void a_killed_owner_takes_its_server_along_and_every_acknowledged_row_is_there_again()
      throws IOException, InterruptedException, SQLException {
    int acknowledged = 100;
    try (var child = ChildProcess.start(PreparedHome.at(home()))) {
      child.await("started owner=true");
      child.sql("create table numbers (number integer primary key)");
      child.tell("commit-for-ever");
      child.await("committed 100");
      Postmaster server = Postmaster.of(data()).orElseThrow();
      assertThat(server.isRunning()).isTrue();

      child.kill();

      Instant killed = Instant.now();
      await().pollInterval(Duration.ofMillis(5)).until(() -> !server.isRunning());
      // A tenth of a second on an idle machine.
      assertThat(Duration.between(killed, Instant.now())).isLessThan(Duration.ofSeconds(3));
      for (String line : child.rest()) {
        if (line.startsWith("committed ")) {
          acknowledged = Integer.parseInt(line.substring("committed ".length()));
        }
      }
    }

    try (var postgres = EmbeddedPostgres.start(config())) {
      String kept =
          Sql.query(
              postgres.dataSource(),
              "select count(*) from numbers where number <= " + acknowledged);
      assertThat(kept).isEqualTo(Integer.toString(acknowledged));
    }
  }

  @Test
  void a_guest_in_another_process_takes_over_when_the_owner_is_killed()
      throws IOException, InterruptedException, SQLException {
    try (var child = ChildProcess.start(PreparedHome.at(home()))) {
      child.await("started owner=true");
      child.sql("create table kept as select 42 as answer");
      try (var postgres = EmbeddedPostgres.start(config())) {
        assertThat(postgres.isOwner()).isFalse();

        child.kill();

        await().until(postgres::isOwner);
        assertThat(Sql.query(postgres.dataSource(), "select answer from kept")).isEqualTo("42");
      }
    }
  }

  @Test
  void an_orphan_whose_watchdog_died_too_is_stopped_by_the_next_start()
      throws IOException, InterruptedException, SQLException {
    try (var child = ChildProcess.start(PreparedHome.at(home()))) {
      child.await("started owner=true");
      child.sql("create table kept as select 42 as answer");
      Postmaster orphan = Postmaster.of(data()).orElseThrow();
      // Stopped first, so that none of them can do its duty while the others die.
      List<ProcessHandle> watchdogs =
          child
              .handle()
              .descendants()
              .filter(process -> process.info().command().orElse("").endsWith("sh"))
              .toList();
      assertThat(watchdogs).hasSize(2);
      signal("STOP", watchdogs);
      child.kill();
      signal("KILL", watchdogs);
      assertThat(orphan.isRunning()).isTrue();

      try (var postgres = EmbeddedPostgres.start(config())) {
        assertThat(postgres.isOwner()).isTrue();
        assertThat(orphan.isRunning()).isFalse();
        assertThat(Sql.query(postgres.dataSource(), "select answer from kept")).isEqualTo("42");
      }
    }
  }

  @Test
  void a_watchdog_that_is_killed_is_replaced_together_with_its_server()
      throws IOException, InterruptedException {
    try (var child = ChildProcess.start(PreparedHome.at(home()))) {
      child.await("started owner=true");
      child.sql("create table kept as select 42 as answer");
      Postmaster first = Postmaster.of(data()).orElseThrow();

      signal("KILL", child.handle().children().toList());

      await().until(() -> !first.isRunning());
      await().until(() -> Postmaster.of(data()).filter(Postmaster::isReady).isPresent());
      assertThat(child.sql("select answer from kept")).isEqualTo("42");
    }
    await().until(() -> Postmaster.of(data()).isEmpty());
  }

  private static void signal(String name, List<ProcessHandle> processes)
      throws IOException, InterruptedException {
    for (ProcessHandle process : processes) {
      int exit =
          new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, process.pid()))
              .start()
              .waitFor();
      assertThat(exit).isZero();
    }
  }

  @Test
  void a_pid_file_whose_number_belongs_to_another_process_now_is_no_obstacle()
      throws IOException, SQLException {
    try (var other =
        EmbeddedPostgres.start(
            EmbeddedPostgresConfig.in(PreparedHome.at(folder.resolve("other")))
                .withBinariesFolder(ChildProcess.BINARIES)
                .withoutDurability())) {
      PreparedHome.at(home());
      long otherServer = Postmaster.of(other.home().resolve("data")).orElseThrow().pid();

      // Neither an unrelated program nor a PostgreSQL that works in another folder may be harmed.
      for (long pid : List.of(ProcessHandle.current().pid(), otherServer)) {
        Files.writeString(data().resolve("postmaster.pid"), pid + "\n" + data() + "\n");
        try (var postgres = EmbeddedPostgres.start(config())) {
          assertThat(Sql.query(postgres.dataSource(), "select 1")).isEqualTo("1");
        }
      }

      assertThat(Sql.query(other.dataSource(), "select 1")).isEqualTo("1");
      assertThat(Postmaster.of(other.home().resolve("data")).orElseThrow().pid())
          .isEqualTo(otherServer);
    }
  }

  @Test
  void what_a_start_that_was_killed_half_way_left_behind_is_made_again()
      throws IOException, InterruptedException, SQLException {
    try (var child = ChildProcess.start(home())) {
      await().pollInterval(Duration.ofMillis(5)).until(this::isInitializing);
      child.kill();
    }
    assertThat(data()).doesNotExist();

    try (var postgres = EmbeddedPostgres.start(config().withoutDurability())) {
      assertThat(Sql.query(postgres.dataSource(), "select 1")).isEqualTo("1");
    }
    // The killed process's initdb may have gone on writing during that start.
    await()
        .untilAsserted(() -> {
          EmbeddedPostgres.start(config().withoutDurability()).close();
          assertThat(isInitializing()).isFalse();
        });
  }

  private boolean isInitializing() throws IOException {
    if (Files.notExists(home())) {
      return false;
    }
    try (var unfinished = Files.newDirectoryStream(home(), "data.unfinished-*")) {
      return unfinished.iterator().hasNext();
    }
  }

  @Test
  void control_c_reaches_the_application_but_not_its_server()
      throws IOException, InterruptedException, SQLException {
    // A session of its own stands for a terminal: the signal goes to the whole process group. A
    // build
    // in the background may have been started with the signal ignored, which children inherit.
    List<String> terminal = List.of("env", "--default-signal=INT", "setsid");
    try (var child = ChildProcess.start(terminal, Map.of(), PreparedHome.at(home()))) {
      child.await("started owner=true");
      child.sql("create table kept (answer integer)");
      child.tell("at-shutdown insert into kept values (42)");
      // Once this is answered, the command before it has been obeyed.
      child.sql("select 1");

      int exit =
          new ProcessBuilder("sh", "-c", "kill -INT -" + child.handle().pid()).start().waitFor();

      assertThat(exit).isZero();
      child.await("at shutdown done");
      child.await("closed by hook");
    }
    assertThat(home().resolve("server.log")).content().contains("database system is shut down");

    try (var postgres = EmbeddedPostgres.start(config())) {
      assertThat(Sql.query(postgres.dataSource(), "select answer from kept")).isEqualTo("42");
    }
    assertThat(home().resolve("server.log")).content().doesNotContain("not properly shut down");
  }
}
