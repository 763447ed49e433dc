package dev.backstitch.api;

import dev.backstitch.api.command.Backstitch;
import dev.backstitch.api.command.CommandModule;
import dev.backstitch.api.command.Environment;
import dev.backstitch.api.command.Output;
import java.util.List;
import java.util.ServiceLoader;

/// Where the process begins. What a server is made of is on one screen in
/// [dev.backstitch.api.server.Server].
public final class Main {
  private Main() {}

  /// Runs one command, and ends with its exit code.
  public static void main(String[] arguments) {
    List<CommandModule> modules =
        ServiceLoader.load(CommandModule.class).stream().map(ServiceLoader.Provider::get).toList();
    System.exit(Backstitch.run(new Environment(System.getenv()), new Output(), modules, arguments));
  }
}
