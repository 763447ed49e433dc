package dev.backstitch.api.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Shows one sync.
@Command(name = "show", description = "Show a configured sync as JSON, with its runs.")
final class SyncsShowCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private AnyServer server = new AnyServer();

  @Parameters(paramLabel = "NAME", description = "The sync.")
  private String name = "";

  SyncsShowCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    return server.with(
        environment,
        api -> {
          output.printJson(api.get(SyncsFile.path(name)));
          output.printJson(api.get(SyncsFile.path(name) + "/runs?limit=20"));
          return 0;
        });
  }
}
