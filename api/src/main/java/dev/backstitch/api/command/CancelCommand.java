package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Asks a run to end.
@Command(name = "cancel", description = "Ask a run to end. It may clean up first.")
final class CancelCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();
  @Mixin private EndingOptions ending = new EndingOptions();

  CancelCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    try (RunSource runs = connection.runs(environment)) {
      JsonNode run = runs.cancel(ending.id(), ending.wish());
      if (ending.json()) {
        output.printJson(run);
      } else {
        output.print(
            "accepted  the run is asked to end; 'backstitch run "
                + ending.id()
                + "' shows whether it has");
      }
      return 0;
    }
  }
}
