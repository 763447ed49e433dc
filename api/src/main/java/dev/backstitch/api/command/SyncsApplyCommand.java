package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private DryRunOption dryRun = new DryRunOption();

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
    SyncChanges changes = new SyncChanges(api, output);
    // A mistake in the last one must not leave half of the file applied.
    syncs.forEach((name, config) -> changes.put(name, config, "dryRun=true"));
    int changed = 0;
    for (Map.Entry<String, JsonNode> sync : syncs.entrySet()) {
      JsonNode applied = changes.put(sync.getKey(), sync.getValue(), dryRun.parameter());
      changes.print(sync.getKey(), applied);
      changed += applied.path("outcome").asText().equals("UNCHANGED") ? 0 : 1;
    }
    output.print(
        "%d of %d syncs %s"
            .formatted(changed, syncs.size(), dryRun.isGiven() ? "would change" : "changed"));
    return 0;
  }
}
