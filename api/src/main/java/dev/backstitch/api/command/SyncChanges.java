package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/// Puts syncs, and prints what became of each.
final class SyncChanges {
  private final ApiClient api;
  private final Output output;

  SyncChanges(ApiClient api, Output output) {
    this.api = api;
    this.output = output;
  }

  /// Puts a sync, or only asks what that would change.
  ///
  /// @throws CommandFailedException naming the sync and what is wrong with it
  JsonNode put(String name, JsonNode config, String parameters) {
    try {
      return api.put(SyncsFile.path(name) + "?" + parameters, config);
    } catch (CommandFailedException refused) {
      throw new CommandFailedException(name + ": " + refused.getMessage(), refused);
    }
  }

  /// Prints what became of one sync.
  void show(String name, JsonNode applied, boolean json) {
    if (json) {
      output.printJson(applied);
    } else {
      print(name, applied);
    }
  }

  /// Prints the outcome and each member that changed.
  void print(String name, JsonNode applied) {
    output.print(
        "%-9s  %s".formatted(applied.path("outcome").asText().toLowerCase(Locale.ROOT), name));
    for (JsonNode change : applied.path("changes")) {
      output.print(
          "           %s: %s -> %s"
              .formatted(
                  change.path("field").asText(), change.path("before"), change.path("after")));
    }
  }
}
