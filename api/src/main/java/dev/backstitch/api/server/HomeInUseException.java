package dev.backstitch.api.server;

import java.nio.file.Path;
import java.util.Optional;

/// Another server owns the home folder.
public final class HomeInUseException extends RuntimeException {
  private final transient Path home;

  HomeInUseException(Path home, Optional<ServerFile> first, boolean answers) {
    super(
        first
                .map(file ->
                    "A server already "
                        + (answers ? "runs" : "starts, or no longer answers,")
                        + " on the home folder "
                        + home
                        + ": "
                        + file.address()
                        + " (process "
                        + file.pid()
                        + ").")
                .orElse(
                    "Another process is about to start a server on the home folder " + home + ".")
            + " Use that one, stop it, or pass another folder with --home.");
    this.home = home;
  }

  /// The folder.
  public Path home() {
    return home;
  }
}
