package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows what is not delivered, and drives dead posts again.
@Command(
    name = "outbox",
    description = "Show what runs have posted and targets have not got, or send dead posts again.")
final class OutboxCommand implements Callable<Integer> {
  private static final String TARGET_ROW = "%7s  %5s  %8s  %s";
  private static final String POST_ROW = "%-8s  %-13s  %8s  %s  %s";

  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();

  @Option(names = "--target", paramLabel = "TARGET", description = "Only this one, as kind:place.")
  private @Nullable String target;

  @Option(
      names = "--redrive",
      description = "Give the dead posts of --target another life, and try it at once.")
  private boolean redrive;

  @Option(names = "--key", paramLabel = "KEY", description = "With --redrive: only this post.")
  private @Nullable String key;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  OutboxCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    if (redrive && target == null) {
      throw new IllegalArgumentException("--redrive needs --target");
    }
    if (key != null && !redrive) {
      throw new IllegalArgumentException("--key needs --redrive");
    }
    try (RunSource runs = connection.runs(environment)) {
      if (redrive && target != null) {
        JsonNode redriven = runs.redrive(target, key);
        if (json) {
          output.printJson(redriven);
        } else {
          output.print("tried again: " + redriven.path("redriven").asInt());
        }
        return 0;
      }
      JsonNode outbox = runs.outbox(target);
      if (json) {
        output.printJson(outbox);
      } else {
        print(outbox);
      }
      return 0;
    }
  }

  private void print(JsonNode outbox) {
    if (outbox.path("targets").isEmpty()) {
      output.print("Nothing was posted yet.");
      return;
    }
    output.print(TARGET_ROW.formatted("PENDING", "DEAD", "FAILURES", "TARGET"));
    for (JsonNode each : outbox.path("targets")) {
      output.print(
          TARGET_ROW.formatted(
              each.path("pending").asText(),
              each.path("dead").asText(),
              each.path("failures").asText(),
              each.path("target").asText()));
    }
    if (outbox.path("undelivered").isEmpty()) {
      output.print("Everything is delivered.");
      return;
    }
    output.print("");
    output.print(POST_ROW.formatted("STATE", "RUN", "ATTEMPTS", "KEY", "PROBLEM"));
    for (JsonNode each : outbox.path("undelivered")) {
      output.print(
          POST_ROW.formatted(
              state(each),
              each.path("runId").asText(),
              each.path("attempts").asText(),
              each.path("key").asText(),
              each.path("problem").asText("")));
    }
  }

  private static String state(JsonNode post) {
    if (post.path("dead").asBoolean()) {
      return "dead";
    }
    return post.path("inDoubt").asBoolean() ? "in doubt" : "pending";
  }
}
