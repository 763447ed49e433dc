package dev.backstitch.migrations.testkit;

import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where test servers live: one folder per machine user below the temporary folder, with the
/// programs, which are kept, and one home per process, which is removed when the process ends.
/// Homes that a killed process left are removed by the next one.
record TestFolders(Path base) {

  private static final Logger LOG = LoggerFactory.getLogger(TestFolders.class);
  private static final String HOME = "home-";

  /// Younger ones may belong to a process that is about to take their lock.
  private static final Duration LEFT_BEHIND_AFTER = Duration.ofMinutes(10);

  /// The name is known beforehand, so that in a shared temporary folder somebody else may have made
  /// it; programs from such a folder must not be run.
  static TestFolders ofThisUser() {
    String user = System.getProperty("user.name", "unknown").replaceAll("[^A-Za-z0-9._-]", "_");
    Path base = Path.of(System.getProperty("java.io.tmpdir"), "backstitch-tests-" + user);
    try {
      if (Files.notExists(base)) {
        Files.createDirectories(
            base,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      }
      Path probe = Files.createTempFile(base, "probe-", "");
      boolean own = Files.getOwner(base).equals(Files.getOwner(probe));
      Files.delete(probe);
      String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(base));
      if (!own || permissions.charAt(4) == 'w' || permissions.charAt(7) == 'w') {
        throw new IllegalStateException(
            base + " can be written by another user; remove it, or set java.io.tmpdir");
      }
      return new TestFolders(base);
    } catch (IOException e) {
      throw new UncheckedIOException("the folder for test servers cannot be used: " + base, e);
    }
  }

  Path binaries() {
    return base.resolve("binaries");
  }

  Path newHome() {
    try {
      return Files.createTempDirectory(base, HOME);
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for a test server could be made in " + base, e);
    }
  }

  /// Several processes may do this at once, and each may find that another one was faster.
  void removeLeftBehind() {
    try (var homes = Files.newDirectoryStream(base, HOME + "*")) {
      for (Path home : homes) {
        removeIfLeftBehind(home);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("old test servers' folders could not be looked at", e);
    }
  }

  private static void removeIfLeftBehind(Path home) throws IOException {
    Instant limit = Instant.now().minus(LEFT_BEHIND_AFTER);
    try {
      if (Files.getLastModifiedTime(home).toInstant().isBefore(limit)) {
        EmbeddedPostgres.delete(home);
      }
    } catch (NoSuchFileException | EmbeddedPostgresException e) {
      // Another process is removing it, too. What remains is for the next one.
      LOG.info("left to others home={} reason={}", home, e.getMessage());
    }
  }
}
