package dev.backstitch.loadtest.load.report;

import dev.backstitch.api.server.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this process was built from.
public final class Sources {
  private static final Logger log = LoggerFactory.getLogger(Sources.class);
  private static final long PATIENCE_SECONDS = 5;

  private Sources() {}

  /// The version.
  public static String build() {
    return Version.current();
  }

  /// What `git describe` says of the sources. Empty if they are not where it runs, or there is no
  /// git.
  public static Optional<String> commit() {
    Path jar =
        Path.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator, 2)[0]);
    for (Path folder = jar.toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"))) {
        return describe(folder);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> describe(Path folder) {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--tags")
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean ended = git.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return ended && git.exitValue() == 0 && !said.isEmpty()
          ? Optional.of(said)
          : Optional.empty();
    } catch (IOException e) {
      log.debug("event=no_git", e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
