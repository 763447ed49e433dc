package dev.backstitch.api.server;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/// `server.json` in a home folder: where the server of this folder listens. It holds no secret, but
/// only its user may read it.
///
/// @param address such as `http://127.0.0.1:8080`
/// @param pid its process
public record ServerFile(URI address, int port, long pid, Instant startedAt) {
  private static final String NAME = "server.json";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /// The file of a home folder, if there is one that can be read. It may be left over from a
  /// process that was killed: ask the address before relying on it.
  public static Optional<ServerFile> read(Path home) {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(home.resolve(NAME)), ServerFile.class));
    } catch (IOException e) {
      // None, or one that a killed process left half-way: both mean that nothing is known.
      return Optional.empty();
    }
  }

  /// Puts the file into the folder, whole or not at all.
  void write(Path home) {
    Path file = home.resolve(NAME);
    Path temporary = home.resolve(NAME + "." + pid);
    try {
      Files.deleteIfExists(temporary);
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            temporary,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.write(temporary, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write " + file, e);
    }
  }

  /// Takes the file away if it is still this one.
  void remove(Path home) {
    try {
      if (read(home).filter(this::equals).isPresent()) {
        Files.delete(home.resolve(NAME));
      }
    } catch (NoSuchFileException e) {
      // Somebody tidied up: what was wanted.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("could not remove " + home.resolve(NAME), e);
    }
  }
}
