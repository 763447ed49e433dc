package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows what the quota ledger knows.
@Command(name = "quotas", description = "Show what is left of every API quota, and who waits.")
final class QuotasCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private Connection connection = new Connection();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  QuotasCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    try (RunSource source = connection.runs(environment)) {
      JsonNode quotas = source.quotas();
      if (json) {
        output.printJson(quotas);
      } else {
        print(quotas.path("quotas"));
      }
      return 0;
    }
  }

  private void print(JsonNode quotas) {
    if (quotas.isEmpty()) {
      output.print("No quota has been used yet.");
    }
    for (JsonNode quota : quotas) {
      output.print(
          "%s %s: %s of %s left, %s kept for live work, %s granted, %s unexplained, reset %s"
              .formatted(
                  quota.path("owner").asText(),
                  quota.path("resource").asText(),
                  quota.path("remaining").asText("?"),
                  quota.path("perWindow").asText("?"),
                  quota.path("reserve").asText("?"),
                  quota.path("live").asInt() + quota.path("bulk").asInt(),
                  quota.path("unexplained").asText(),
                  quota.path("resetAt").asText("?")));
      if (!quota.path("blockedUntil").isNull()) {
        output.print(
            "  blocked until %s: %s"
                .formatted(quota.path("blockedUntil").asText(), quota.path("blockedWhy").asText()));
      }
    }
  }
}
