package dev.backstitch.api.command;

import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.orchestrator.config.QueueLimits;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs the server until it is told to stop.
@Command(
    name = "serve",
    description = "Run the server: API, pages and worker, until Ctrl-C or SIGTERM.")
final class ServeCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private HomeOptions home = new HomeOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on. Default: ${DEFAULT-VALUE}. Any but the loopback needs"
              + " BACKSTITCH_API_TOKEN.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port to listen on, 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--queue",
      paramLabel = "NAME[=RUNS]",
      description =
          "Serve this queue, with room for so many runs in memory (default 100000). Repeatable."
              + " Without it: the queue 'default'.")
  private List<String> queues = List.of();

  ServeCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    ServerConfig config = home.config(environment).withAddress(host, port);
    if (!queues.isEmpty()) {
      config =
          config.withEngine(
              config.engine().withQueues(queues.stream().map(ServeCommand::queue).toList()));
    }
    Server server = Server.start(config, Modules.installed(), environment.settings(Map.of()));
    output.print("Backstitch serves " + server.address() + " (Ctrl-C stops it)");
    Stop.awaitThenClose(server);
    return 0;
  }

  private static QueueLimits queue(String text) {
    String[] parts = text.split("=", 2);
    QueueLimits usual = QueueLimits.of(parts[0]);
    if (parts.length == 1) {
      return usual;
    }
    try {
      return usual.withRunsInMemory(Integer.parseInt(parts[1]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--queue looks like NAME or NAME=RUNS, such as bulk=1000, was '" + text + "'", e);
    }
  }
}
