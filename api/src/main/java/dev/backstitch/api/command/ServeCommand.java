package dev.backstitch.api.command;

import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
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

  ServeCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    ServerConfig config = home.config(environment).withAddress(host, port);
    Server server = Server.start(config, Modules.installed(), environment.settings(Map.of()));
    output.print("Backstitch serves " + server.address() + " (Ctrl-C stops it)");
    Stop.awaitThenClose(server);
    return 0;
  }
}
