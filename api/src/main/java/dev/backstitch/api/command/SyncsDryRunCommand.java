package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows what a sync would commit.
@Command(
    name = "dry-run",
    description = {
      "Show what a sync would write, file by file: students added (+), changed (~).",
      "Reads everything as a sync does and commits nothing. It is a run with its own history."
    })
final class SyncsDryRunCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private NamedSync sync = new NamedSync();

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  SyncsDryRunCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    return sync.with(environment, this::show);
  }

  private int show(ApiClient api) {
    JsonNode asked =
        api.post(sync.path() + "/runs?dryRun=true", JsonNodeFactory.instance.objectNode());
    ArrayNode results = new ObjectMapper().createArrayNode();
    boolean whole = true;
    for (JsonNode run : asked.path("runs")) {
      JsonNode result = new RunProgress(output).follow(api, run.path("runId").asText());
      results.add(result);
      boolean completed = result.path("status").asText().equals("COMPLETED");
      whole &= completed;
      if (!json) {
        output.print(
            "%s  (run %s)".formatted(run.path("repository").asText(), run.path("runId").asText()));
        if (completed) {
          print(result.path("result"));
        } else {
          new SyncOutcome(output).print(result, null);
        }
      }
    }
    if (json) {
      output.printJson(results);
    }
    return whole ? 0 : 1;
  }

  private void print(JsonNode sync) {
    JsonNode files = sync.at("/preview/files");
    if (files.isEmpty()) {
      output.print("  nothing would change");
    }
    for (JsonNode file : files) {
      List<String> students = new ArrayList<>();
      add(students, "+", file.path("added"));
      add(students, "~", file.path("changed"));
      output.print("  %s  %s".formatted(file.path("path").asText(), String.join(" ", students)));
    }
    for (JsonNode student : sync.path("failed")) {
      output.print(
          "  #%d %s would be left as it is: %s"
              .formatted(
                  student.path("number").asInt(),
                  student.path("login").asText(),
                  student.path("message").asText()));
    }
  }

  private static void add(List<String> students, String sign, JsonNode added) {
    added.forEach(student -> students.add(sign + student.path("login").asText()));
  }
}
