package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Lists runs.
@Command(name = "runs", description = "List runs, newest first.")
final class RunsCommand implements Callable<Integer> {
  private static final String ROW = "%-13s  %-10s  %-20s  %-24s  %s";

  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();

  @Option(names = "--workflow", paramLabel = "NAME", description = "Only runs of this workflow.")
  private @Nullable String workflow;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Only running, stuck, completed, failed, cancelled or terminated runs.")
  private @Nullable String status;

  @Option(names = "--key", paramLabel = "KEY", description = "Only runs with this business key.")
  private @Nullable String key;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most this many, 1 to 500. Default: ${DEFAULT-VALUE}.")
  private int limit = 20;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  RunsCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > 500) {
      throw new IllegalArgumentException("--limit must be 1 to 500, was " + limit);
    }
    try (RunSource runs = connection.runs(environment)) {
      JsonNode page = runs.list(new RunSource.Wanted(workflow, status, key, limit));
      if (json) {
        output.printJson(page);
      } else {
        print(page.path("runs"));
      }
      return 0;
    }
  }

  private void print(JsonNode runs) {
    if (runs.isEmpty()) {
      output.print("No runs.");
      return;
    }
    output.print(ROW.formatted("RUN", "STATUS", "WORKFLOW", "CREATED", "KEY"));
    for (JsonNode run : runs) {
      output.print(
          ROW.formatted(
              run.path("id").asText(),
              run.path("status").asText(),
              run.path("workflow").asText(),
              run.path("createdAt").asText(),
              run.path("key").asText("")));
    }
  }
}
