package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Says how a sync ended.
final class SyncOutcome {
  private final Output output;

  SyncOutcome(Output output) {
    this.output = output;
  }

  /// Prints what the sync did, or why it did not.
  ///
  /// @param result the run's result document
  /// @param page the address of the run's page; null when the server ends with the command
  /// @return the exit code
  int print(JsonNode result, @Nullable URI page) {
    int exit =
        switch (result.path("status").asText()) {
          case "COMPLETED" -> completed(result.path("result"));
          case "FAILED" -> failed(result.path("failure"));
          case "CANCELLED", "TERMINATED" -> ended(result);
          default -> stuck(result);
        };
    output.print(page == null ? "run       " + result.path("runId").asText() : "run       " + page);
    return exit;
  }

  private int completed(JsonNode sync) {
    JsonNode failed = sync.path("failed");
    output.print(
        "students  %d: %d changed, %d unchanged, %d failed"
            .formatted(
                sync.path("students").asInt(),
                sync.path("changed").asInt(),
                sync.path("unchanged").asInt(),
                failed.size()));
    for (JsonNode student : failed) {
      output.print(
          "  #%d %s: %s"
              .formatted(
                  student.path("number").asInt(),
                  student.path("login").asText(),
                  student.path("message").asText()));
    }
    for (JsonNode skipped : sync.path("skipped")) {
      output.print(
          "  #%d skipped: %s"
              .formatted(skipped.path("number").asInt(), skipped.path("reason").asText()));
    }
    output.print(
        "requests  %d (%d points%s)"
            .formatted(
                sync.path("requests").asInt(),
                sync.path("points").asInt(),
                sync.path("quotaRemaining").isNumber()
                    ? ", " + sync.path("quotaRemaining").asInt() + " left this hour"
                    : ""));
    output.print("commit    " + sync.path("commitOid").asText("none: nothing has changed"));
    return 0;
  }

  private int failed(JsonNode failure) {
    output.print(
        "failed    " + failure.path("type").asText() + ": " + failure.path("message").asText());
    return 1;
  }

  private int ended(JsonNode result) {
    JsonNode by = result.path("endedBy");
    output.print(
        "%-9s by %s: %s"
            .formatted(
                result.path("status").asText().toLowerCase(Locale.ROOT),
                by.path("actor").asText(),
                by.path("reason").asText()));
    return 1;
  }

  private int stuck(JsonNode result) {
    output.print("open      the run is " + result.path("status").asText() + "; its page says why");
    return 1;
  }
}
