package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Makes the syncs what a file says.
@Command(
    name = "apply",
    description = {
      "Configure the syncs of a YAML file. Applied twice, it changes nothing the second time.",
      "Every sync of the file is looked at before the first is changed. Syncs that the file does not"
          + " name stay as they are."
    })
final class SyncsApplyCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private AnyServer server = new AnyServer();

  @Parameters(paramLabel = "FILE", description = "A YAML file with a list called 'syncs'.")
  private Path file = Path.of("");

  @Option(names = "--dry-run", description = "Only print what would change.")
  private boolean dryRun;

  SyncsApplyCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Map<String, JsonNode> syncs = SyncsFile.read(file);
    return server.with(environment, api -> apply(api, syncs));
  }

  private int apply(ApiClient api, Map<String, JsonNode> syncs) {
    // A mistake in the last one must not leave half of the file applied.
    syncs.forEach((name, config) -> put(api, name, config, true));
    int changed = 0;
    for (Map.Entry<String, JsonNode> sync : syncs.entrySet()) {
      JsonNode applied = put(api, sync.getKey(), sync.getValue(), dryRun);
      print(sync.getKey(), applied);
      changed += applied.path("outcome").asText().equals("UNCHANGED") ? 0 : 1;
    }
    output.print(
        "%d of %d syncs %s".formatted(changed, syncs.size(), dryRun ? "would change" : "changed"));
    return 0;
  }

  private static JsonNode put(ApiClient api, String name, JsonNode config, boolean dryRun) {
    try {
      return api.put(SyncsFile.path(name) + "?dryRun=" + dryRun, config);
    } catch (CommandFailedException refused) {
      throw new CommandFailedException(name + ": " + refused.getMessage(), refused);
    }
  }

  private void print(String name, JsonNode applied) {
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
