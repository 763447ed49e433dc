package dev.backstitch.api.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Shows one sync.
@Command(name = "show", description = "Show a configured sync as JSON, with its runs.")
final class SyncsShowCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private NamedSync sync = new NamedSync();

  SyncsShowCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    return sync.with(
        environment,
        api -> {
          output.printJson(api.get(sync.path()));
          output.printJson(api.get(sync.path() + "/runs?limit=20"));
          return 0;
        });
  }
}
