package dev.backstitch.api.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Deletes one sync.
@Command(name = "delete", description = "Delete a configured sync. Its runs stay.")
final class SyncsDeleteCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private AnyServer server = new AnyServer();

  @Parameters(paramLabel = "NAME", description = "The sync.")
  private String name = "";

  SyncsDeleteCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    return server.with(
        environment,
        api -> {
          api.delete(SyncsFile.path(name));
          output.print("deleted   " + name);
          return 0;
        });
  }
}
