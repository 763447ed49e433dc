package dev.backstitch.loadtest.load.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A [LoadWorker] as its parent sees it.
final class WorkerProcess {
  private static final Duration START = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 20;

  private final Process process;
  private final Path home;

  private WorkerProcess(Process process, Path home) {
    this.process = process;
    this.home = home;
  }

  /// Starts the process, from this one's class path.
  static WorkerProcess start(LoadDatabase database, Map<String, String> settings) {
    try {
      Path home = Files.createTempDirectory(database.folder(), "worker-");
      DatabaseAddress address = database.address();
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              LoadWorker.class.getName(),
              address.jdbcUrl(),
              address.user(),
              home.toString());
      builder.environment().put(LoadWorker.PASSWORD, address.password());
      builder
          .environment()
          .put(LoadWorker.SETTINGS, JsonMapper.builder().build().writeValueAsString(settings));
      builder.redirectErrorStream(true);
      builder.redirectOutput(home.resolve("log").toFile());
      return new WorkerProcess(builder.start(), home);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings can't be written as JSON", e);
    } catch (IOException e) {
      throw new UncheckedIOException("a server process can't be started", e);
    }
  }

  long pid() {
    return process.pid();
  }

  /// Waits until it serves.
  ///
  /// @throws HaltedException if everything is to end before that
  /// @throws IllegalStateException if it ends instead, or takes too long; with what it said
  URI awaitAddress(Halt halt) throws InterruptedException {
    Path file = home.resolve(LoadWorker.ADDRESS);
    long until = System.nanoTime() + START.toNanos();
    try {
      while (!Files.exists(file)) {
        if (halt.isRequested()) {
          throw new HaltedException("a server process had not started yet");
        }
        if (!process.isAlive() || System.nanoTime() > until) {
          throw new IllegalStateException(
              "a server process does not serve: " + Files.readString(home.resolve("log")).strip());
        }
        Thread.sleep(LOOK_MILLIS);
      }
      return URI.create(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("a server process's files can't be read", e);
    }
  }

  /// Tells it to end in good order, by the end of its input.
  void end() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException("a server process can't be told to stop", e);
    }
  }

  /// Waits until it has ended, and kills it if that takes too long.
  void awaitEnd(Duration patience) {
    try {
      process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
