package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Ends a run by force.
@Command(
    name = "terminate",
    description = "End a run at once, whatever it does. Nothing is cleaned up.")
final class TerminateCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();
  @Mixin private ActorOption actor = new ActorOption();

  @Parameters(paramLabel = "ID", description = "The run's id.")
  private String id = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Why, for the run's history.")
  private String reason = "";

  @Option(names = "--json", description = "Print the run as JSON.")
  private boolean json;

  TerminateCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    try (RunSource runs = connection.runs(environment)) {
      JsonNode run = runs.terminate(id, new RunSource.Wish(actor.name(), reason));
      if (json) {
        output.printJson(run);
      } else {
        output.print("ended     the run is over");
      }
      return 0;
    }
  }
}
