package dev.backstitch.loadtest.chaos;

import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.loadtest.witness.Pulse;
import dev.backstitch.loadtest.witness.WitnessClient;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A whole server in a process of its own, made to be killed. It ends by itself when its input
/// does.
public final class ChaosWorker {
  /// The environment variable with the database's password.
  static final String PASSWORD = "CHAOS_DATABASE_PASSWORD";

  private ChaosWorker() {}

  /// Serves until its input ends.
  ///
  /// @param arguments as for [#serve]
  public static void main(String[] arguments) throws IOException {
    serve(arguments, List.of());
  }

  /// Serves until its input ends.
  ///
  /// @param arguments JDBC URL, user, the witness's port, this process's name, home folder, the
  ///   lease in milliseconds; the address goes to the file `address` in the home folder
  /// @param guests what it runs beside chaos
  public static void serve(String[] arguments, List<? extends WorkflowModule> guests)
      throws IOException {
    Path home = Path.of(arguments[4]);
    OrchestratorConfig engine =
        OrchestratorConfig.defaults()
            .withBuild("chaos")
            .withDrain(Duration.ofSeconds(1))
            .withLease(Duration.ofMillis(Long.parseLong(arguments[5])));
    ServerConfig config =
        ServerConfig.in(home)
            .withDatabase(new DatabaseAddress(arguments[0], arguments[1], System.getenv(PASSWORD)))
            .withEngine(engine)
            .quiet();
    List<WorkflowModule> modules = new ArrayList<>(guests);
    try (WitnessClient witness = WitnessClient.connect(Integer.parseInt(arguments[2]));
        Pulse pulse = Pulse.start()) {
      modules.add(new ChaosModule(witness, pulse, arguments[3]));
      serve(home, Server.start(config, modules, new Settings(Map.of())));
    }
  }

  private static void serve(Path home, Server started) throws IOException {
    try (Server server = started) {
      Path unfinished = home.resolve("address.unfinished");
      Files.writeString(unfinished, server.address().toString());
      Files.move(unfinished, home.resolve("address"), StandardCopyOption.ATOMIC_MOVE);
      while (System.in.read() >= 0) {
        // Only the end of the input means something.
      }
    }
  }
}
