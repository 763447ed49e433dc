package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.RunId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program in a process of its own, killed with `kill -9` where it was told to stop.
///
/// It prints `run ID` when it has started its run, and `stopped` whenever a part of it stands where
/// it was told to. Its arguments begin with the JDBC address, the user and the password.
final class KilledProgram {
  private KilledProgram() {}

  /// Starts a program and kills it.
  ///
  /// @param stops it is killed when it has said so often that it stopped
  /// @param arguments those behind the database's
  /// @return the run that it has started
  static RunId run(Class<?> program, TestDatabase database, int stops, String... arguments)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(program, database, arguments)).redirectErrorStream(true).start();
    StringBuilder said = new StringBuilder();
    String run = "";
    int stopped = 0;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      while (stopped < stops || run.isEmpty()) {
        String line = out.readLine();
        assertThat(line).as(said::toString).isNotNull();
        said.append(line).append('\n');
        run = line.startsWith("run ") ? line.substring("run ".length()) : run;
        stopped += line.equals("stopped") ? 1 : 0;
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return RunId.parse(run);
  }

  private static List<String> command(
      Class<?> program, TestDatabase database, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(database.jdbcUrl(), database.user(), database.password()));
    command.addAll(List.of(arguments));
    return command;
  }
}
