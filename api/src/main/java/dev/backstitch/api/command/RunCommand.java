package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows one run.
@Command(name = "run", description = "Show a run and its result.")
final class RunCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();

  @Parameters(paramLabel = "ID", description = "The run's id, such as 01J9ZK3QXV7WA.")
  private String id = "";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  RunCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    try (RunSource runs = connection.runs(environment)) {
      JsonNode run = runs.run(id);
      JsonNode result = runs.result(id);
      if (json) {
        ObjectNode both = JsonNodeFactory.instance.objectNode();
        both.set("run", run);
        both.set("result", result.path("result"));
        both.set("failure", result.path("failure"));
        both.set("endedBy", result.path("endedBy"));
        output.printJson(both);
      } else {
        print(run, result);
      }
      return 0;
    }
  }

  private void print(JsonNode run, JsonNode result) {
    run.properties().stream()
        .filter(member -> !member.getValue().isNull())
        .forEach(member ->
            output.print("%-10s %s".formatted(member.getKey(), member.getValue().asText())));
    if (!result.path("result").isNull()) {
      output.print("result");
      output.printJson(result.path("result"));
    }
    if (!result.path("failure").isNull()) {
      output.print(
          "%-10s %s: %s"
              .formatted(
                  "failure",
                  result.path("failure").path("type").asText(),
                  result.path("failure").path("message").asText()));
    }
    if (!result.path("endedBy").isNull()) {
      output.print(
          "%-10s %s: %s"
              .formatted(
                  "ended by",
                  result.path("endedBy").path("actor").asText(),
                  result.path("endedBy").path("reason").asText()));
    }
  }
}
