package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Prints a run's history.
@Command(name = "history", description = "Print every event of a run, in order.")
final class HistoryCommand implements Callable<Integer> {
  private static final int PAGE = 1_000;
  private static final int WIDTH = 160;

  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();

  @Parameters(paramLabel = "ID", description = "The run's id.")
  private String id = "";

  @Option(names = "--json", description = "Print JSON: an array of events.")
  private boolean json;

  HistoryCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    try (RunSource runs = connection.runs(environment)) {
      ArrayNode all = JsonNodeFactory.instance.arrayNode();
      JsonNode page = JsonNodeFactory.instance.objectNode();
      int after = 0;
      do {
        page = runs.events(id, after, PAGE);
        after = page.path("lastSeq").asInt();
        for (JsonNode event : page.path("events")) {
          if (json) {
            all.add(event);
          } else {
            print(event);
          }
        }
      } while (page.path("more").asBoolean());
      if (json) {
        output.printJson(all);
      }
      return 0;
    }
  }

  private void print(JsonNode event) {
    String data = event.path("data").toString();
    output.print(
        "%6d  %-27s  %-22s  %s"
            .formatted(
                event.path("seq").asInt(),
                event.path("at").asText(),
                event.path("type").asText(),
                data.length() > WIDTH ? data.substring(0, WIDTH) + "..." : data));
  }
}
