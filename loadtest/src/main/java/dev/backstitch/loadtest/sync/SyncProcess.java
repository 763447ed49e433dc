package dev.backstitch.loadtest.sync;

import dev.backstitch.activities.GitHubModule;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// A worker in a process of its own, made to be killed. It ends by itself when its input does, so
/// also when its parent is gone.
public final class SyncProcess implements AutoCloseable {
  private final Process process;

  private SyncProcess(Process process) {
    this.process = process;
  }

  /// Starts one, from this process's class path. It works as soon as it is up.
  ///
  /// @param database a migrated one
  public static SyncProcess start(DatabaseAddress database, GitHubSimulator simulator) {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            SyncProcess.class.getName(),
            database.jdbcUrl(),
            database.user(),
            database.password(),
            simulator.apiUrl().toString(),
            simulator.token(),
            simulator.login());
    try {
      return new SyncProcess(
          builder
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException("a worker's process can't be started", e);
    }
  }

  /// `kill -9`; returns when it is gone.
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /// The same: there is nothing that it would have to put in order.
  @Override
  public void close() {
    kill();
  }

  /// Works until its input ends.
  ///
  /// @param args JDBC URL, user, password, API URL, token, login
  public static void main(String[] args) throws IOException {
    try (Orchestrator orchestrator =
        Orchestrator.open(
            OrchestratorConfig.defaults(),
            new DatabaseAddress(args[0], args[1], args[2]),
            List.of(new GitHubModule()),
            new Settings(new SimulatorAccess(args[3], args[4], args[5]).settings()))) {
      orchestrator.workflows();
      while (System.in.read() >= 0) {
        // Only the end of the input means something.
      }
    }
  }
}
