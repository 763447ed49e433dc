package dev.backstitch.migrations;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs a program of the operating system to its end.
final class Command {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Command() {}

  /// What a program left behind.
  record Outcome(int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }
  }

  /// A program without output of interest.
  ///
  /// @return whether it exists and ended with 0
  static boolean succeeds(List<String> command) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      return await(builder.start(), command) == 0;
    } catch (IOException e) {
      // There is no such program, or it may not be run: both are an answer to the caller's
      // question.
      return false;
    }
  }

  /// A program whose output goes through a file: reading a pipe would wait for every process that
  /// inherited it, and not only for this one.
  static Outcome run(List<String> command, String input, Path outputFile) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      clean(builder.environment());
      builder.redirectErrorStream(true).redirectOutput(outputFile.toFile());
      Process process = builder.start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The program ended without reading its input; its exit code and output tell why.
        if (process.isAlive()) {
          throw e;
        }
      }
      int exitCode = await(process, command);
      return new Outcome(exitCode, Files.readString(outputFile, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("running " + command.getFirst(), e);
    }
  }

  /// PostgreSQL must take nothing from the environment of whoever happens to start us, and macOS
  /// needs some valid locale.
  static void clean(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    environment.put("LC_ALL", "C");
  }

  private static int await(Process process, List<String> command) {
    try {
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw EmbeddedPostgresException.systemRefused(
            "waiting %s for %s".formatted(LIMIT, command.getFirst()), null);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw EmbeddedPostgresException.interrupted("running " + command.getFirst());
    }
  }
}
