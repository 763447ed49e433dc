package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Lists the syncs.
@Command(name = "list", description = "List the configured syncs.")
final class SyncsListCommand implements Callable<Integer> {
  private static final String ROW = "%-20s  %-32s  %-8s  %-20s  %s";

  private final Environment environment;
  private final Output output;

  @Mixin private AnyServer server = new AnyServer();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  SyncsListCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    return server.with(
        environment,
        api -> {
          JsonNode syncs = api.get("/api/v1/syncs");
          if (json) {
            output.printJson(syncs);
          } else {
            print(syncs.path("syncs"));
          }
          return 0;
        });
  }

  private void print(JsonNode syncs) {
    if (syncs.isEmpty()) {
      output.print(
          "No sync is configured. 'backstitch syncs create' configures one, 'syncs apply FILE' those"
              + " of a file.");
      return;
    }
    output.print(ROW.formatted("NAME", "REPOSITORY", "WEBHOOK", "NEXT", "LAST RUN"));
    for (JsonNode sync : syncs) {
      for (JsonNode repository : sync.path("repositories")) {
        JsonNode last = repository.path("lastRun");
        output.print(
            ROW.formatted(
                sync.path("name").asText(),
                repository.path("repository").asText(),
                sync.at("/config/webhook").asBoolean() ? "yes" : "no",
                repository.path("dueAt").asText("-").replaceFirst("\\.\\d+Z$", "Z"),
                last.isObject()
                    ? last.path("status").asText() + " " + last.path("runId").asText()
                    : "-"));
      }
    }
  }
}
