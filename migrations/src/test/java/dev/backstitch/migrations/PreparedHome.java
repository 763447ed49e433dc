package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A home with an empty database that was made before, because making one takes longer than most of
/// what is tested with it.
final class PreparedHome {

  private static final Path ORIGINAL = Path.of("target", "prepared-home").toAbsolutePath();

  static {
    // Makes it, or completes what an interrupted build left.
    EmbeddedPostgres.start(
            EmbeddedPostgresConfig.in(ORIGINAL).withBinariesFolder(ChildProcess.BINARIES))
        .close();
  }

  private PreparedHome() {}

  /// Puts a copy there and returns the same path.
  static Path at(Path home) throws IOException {
    boolean copied = Command.succeeds(List.of("cp", "-a", ORIGINAL.toString(), home.toString()));
    assertThat(copied).as("copy of %s to %s", ORIGINAL, home).isTrue();
    Files.delete(home.resolve("server.log"));
    return home;
  }
}
