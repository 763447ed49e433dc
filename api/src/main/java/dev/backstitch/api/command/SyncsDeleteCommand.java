package dev.backstitch.api.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Deletes one sync.
@Command(name = "delete", description = "Delete a configured sync. Its runs stay.")
final class SyncsDeleteCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private NamedSync sync = new NamedSync();

  SyncsDeleteCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    return sync.with(
        environment,
        api -> {
          api.delete(sync.path());
          output.print("deleted   " + sync.name());
          return 0;
        });
  }
}
