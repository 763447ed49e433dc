package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.migrations.Migrator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The SQL files of the migrations, in their order, as they are on the class path.
final class Migrations {
  private static final String FIRST = "V001__schema.sql";

  private Migrations() {}

  static List<String> texts() {
    try {
      URI first = Objects.requireNonNull(Migrator.class.getResource(FIRST)).toURI();
      if (!first.getScheme().equals("jar")) {
        return besides(Path.of(first));
      }
      try (FileSystem jar = FileSystems.newFileSystem(first, Map.of())) {
        return besides(jar.provider().getPath(first));
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> besides(Path first) throws IOException {
    try (Stream<Path> files = Files.list(Objects.requireNonNull(first.getParent()))) {
      return files
          .filter(file -> file.toString().matches(".*V\\d+__\\w+\\.sql"))
          .sorted()
          .map(Migrations::read)
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
