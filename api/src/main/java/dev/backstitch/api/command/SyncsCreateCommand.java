package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Configures a new sync from options.
@Command(
    name = "create",
    description = {
      "Configure a new sync. Only --repository is needed; the rest has the defaults of a file's sync.",
      "If there is one of that name already, nothing is changed."
    })
final class SyncsCreateCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private NamedSync sync = new NamedSync();
  @Mixin private SyncOptions options = new SyncOptions();

  @Option(names = "--dry-run", description = "Only print what would change.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print what changed as JSON.")
  private boolean json;

  SyncsCreateCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    options.applyTo(config);
    return sync.with(
        environment,
        api -> {
          SyncChanges changes = new SyncChanges(api, output);
          // Version 0 is that of no sync: the server refuses when there is one.
          JsonNode created = changes.put(sync.name(), config, "version=0&dryRun=" + dryRun);
          changes.show(sync.name(), created, json);
          return 0;
        });
  }
}
