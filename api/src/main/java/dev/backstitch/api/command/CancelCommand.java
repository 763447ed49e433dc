package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Asks a run to end.
@Command(name = "cancel", description = "Ask a run to end. It may clean up first.")
final class CancelCommand implements Callable<Integer> {
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

  CancelCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    try (RunSource runs = connection.runs(environment)) {
      JsonNode run = runs.cancel(id, new RunSource.Wish(actor.name(), reason));
      if (json) {
        output.printJson(run);
      } else {
        output.print(
            "accepted  the run is asked to end; 'backstitch run " + id + "' shows whether it has");
      }
      return 0;
    }
  }
}
