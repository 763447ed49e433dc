package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private SyncWish wish = new SyncWish();

  SyncsUpdateCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    if (!wish.options().areGiven()) {
      throw new IllegalArgumentException(
          "Nothing is to be changed: give an option, such as --every 1h.");
    }
    return wish.with(environment, this::update);
  }

  private int update(ApiClient api) {
    JsonNode seen = api.get(wish.path());
    ObjectNode config = seen.path("config").deepCopy();
    wish.options().applyTo(config);
    // Who changed it since we looked must not lose that.
    wish.put(new SyncChanges(api, output), config, seen.path("version").asInt());
    return 0;
  }
}
