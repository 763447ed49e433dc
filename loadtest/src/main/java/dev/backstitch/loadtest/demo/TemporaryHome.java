package dev.backstitch.loadtest.demo;

import dev.backstitch.api.command.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A home folder that is deleted when it is closed.
public record TemporaryHome(Path path) implements AutoCloseable {

  /// Makes one in the folder for temporary files.
  ///
  /// @throws CommandFailedException if that can't be written
  public static TemporaryHome create() {
    try {
      return new TemporaryHome(Files.createTempDirectory("backstitch-"));
    } catch (IOException e) {
      throw new CommandFailedException(
          "No folder can be made among the temporary files ("
              + System.getProperty("java.io.tmpdir")
              + "): "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
