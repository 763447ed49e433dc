package dev.backstitch.loadtest.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Other processes: ours, from the same class path, and the machine's programs.
final class JavaProcess {
  private JavaProcess() {}

  /// A Java process with this one's class path, made to start fast.
  static ProcessBuilder of(Class<?> main, List<String> options, List<String> arguments) {
    return of(System.getProperty("java.class.path"), main, options, arguments);
  }

  /// The same with the class path of another build that has this class too.
  static ProcessBuilder of(
      String classPath, Class<?> main, List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  /// Runs a program to its end.
  ///
  /// @return what it printed
  /// @throws IllegalStateException if it fails
  static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + String.join(" ", command), e);
    }
  }
}
