package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Changes a sync by options.
@Command(
    name = "update",
    description = {
      "Change a configured sync. What no option names stays as it is.",
      "With --no-schedule and --no-webhook it rests: only a person starts it."
    })
final class SyncsUpdateCommand implements Callable<Integer> {
  private final Environment environment;
  private final Output output;

  @Mixin private NamedSync sync = new NamedSync();
  @Mixin private SyncOptions options = new SyncOptions();

  @Option(names = "--dry-run", description = "Only print what would change.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print what changed as JSON.")
  private boolean json;

  SyncsUpdateCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    if (!options.areGiven()) {
      throw new IllegalArgumentException(
          "Nothing is to be changed: give an option, such as --every 1h.");
    }
    return sync.with(environment, this::update);
  }

  private int update(ApiClient api) {
    JsonNode seen = api.get(sync.path());
    ObjectNode config = seen.path("config").deepCopy();
    options.applyTo(config);
    SyncChanges changes = new SyncChanges(api, output);
    // Who changed it since we looked must not lose that.
    String parameters = "version=" + seen.path("version").asInt() + "&dryRun=" + dryRun;
    changes.show(sync.name(), changes.put(sync.name(), config, parameters), json);
    return 0;
  }
}
