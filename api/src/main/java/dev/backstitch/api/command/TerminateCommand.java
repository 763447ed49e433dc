package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Ends a run by force.
@Command(
    name = "terminate",
    description = "End a run at once, whatever it does. Nothing is cleaned up.")
final class TerminateCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();
  @Mixin private EndingOptions ending = new EndingOptions();

  TerminateCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    try (RunSource runs = connection.runs(environment)) {
      JsonNode run = runs.terminate(ending.id(), ending.wish());
      if (ending.json()) {
        output.printJson(run);
      } else {
        output.print("ended     the run is over");
      }
      return 0;
    }
  }
}
