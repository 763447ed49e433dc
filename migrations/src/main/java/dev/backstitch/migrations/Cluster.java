package dev.backstitch.migrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data folder: PostgreSQL calls it a cluster.
///
/// A new one is made under another name and gets its real name as the last step. The real name is
/// therefore the mark that it is complete; whatever lies under the other name is wiped and made
/// again, and nothing under the real name is ever deleted.
final class Cluster {

  static final String DATABASE = "backstitch";
  static final String ROLE = "backstitch";

  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final String SUPERUSER = "postgres";
  private static final String MAJOR_VERSION = "18";
  private static final long NEEDED_BYTES = 100L << 20;

  private final HomeFolder home;
  private final Binaries binaries;
  private final ServerUser user;
  private final boolean durable;

  Cluster(HomeFolder home, Binaries binaries, ServerUser user, boolean durable) {
    this.home = home;
    this.binaries = binaries;
    this.user = user;
    this.durable = durable;
  }

  /// Makes the data folder when there is none. Only the owner of the home may call this.
  void makeIfMissing(String password) {
    try {
      home.removeUnfinishedData();
      if (Files.exists(home.data())) {
        requireUsable();
        return;
      }
      Instant begin = Instant.now();
      DiskSpace.of(home.path()).require(NEEDED_BYTES, "making a database");
      Path unfinished = home.newUnfinishedData();
      initialize(unfinished);
      createRoleAndDatabase(unfinished, password);
      Files.move(unfinished, home.data(), StandardCopyOption.ATOMIC_MOVE);
      if (durable) {
        Folders.force(home.path());
      }
      LOG.info(
          "database made home={} millis={}",
          home.path(),
          Duration.between(begin, Instant.now()).toMillis());
    } catch (IOException e) {
      DiskSpace.of(home.path()).blameIfFull("making a database", e);
      throw EmbeddedPostgresException.systemRefused("making a database in " + home.path(), e);
    }
  }

  private void requireUsable() throws IOException {
    Path versionFile = home.data().resolve("PG_VERSION");
    if (Files.notExists(versionFile)) {
      throw EmbeddedPostgresException.dataNotUsable(
          home.data(),
          "it is not a PostgreSQL data folder (PG_VERSION is missing); restore a backup, or remove it to begin with an empty database");
    }
    String version = Files.readString(versionFile).strip();
    if (!version.equals(MAJOR_VERSION)) {
      throw EmbeddedPostgresException.dataNotUsable(
          home.data(),
          "it was made by PostgreSQL %s and this build brings PostgreSQL %s; run the build that made it, or move the data with that version's pg_dump"
              .formatted(version, MAJOR_VERSION));
    }
  }

  private void initialize(Path data) throws IOException {
    var initdb =
        new ArrayList<>(
            List.of(
                binaries.program("initdb").toString(),
                "--pgdata=" + data,
                "--username=" + SUPERUSER,
                "--pwfile=" + home.passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions"));
    if (!durable) {
      initdb.add("--no-sync");
    }
    run(initdb, "");
  }

  /// Through the server in its single-user mode, so that both are there before the folder gets its
  /// name. The role is an ordinary one: privileges bind it, as they would in a PostgreSQL that
  /// others look after.
  private void createRoleAndDatabase(Path data, String password) throws IOException {
    String statements =
        """
        create role %1$s login createdb password '%2$s' in role pg_monitor;
        create database %3$s owner %1$s;
        """
            .formatted(ROLE, password, DATABASE);
    run(
        List.of(
            binaries.program("postgres").toString(),
            "--single",
            "-D",
            data.toString(),
            "-c",
            "exit_on_error=on",
            "-c",
            "log_checkpoints=off",
            // The statements hold the password, and an error's text ends up in our log.
            "-c",
            "log_min_error_statement=panic",
            "-c",
            "fsync=" + (durable ? "on" : "off"),
            SUPERUSER),
        statements);
  }

  private void run(List<String> command, String input) throws IOException {
    Path output = home.path().resolve("initdb.log");
    Command.Outcome outcome = Command.run(user.command(command), input, output);
    if (!outcome.succeeded()) {
      DiskSpace.of(home.path()).blameIfFull("making a database", null);
      throw EmbeddedPostgresException.clusterNotMade(outcome.exitCode(), outcome.output().strip());
    }
    Files.delete(output);
  }
}
