package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin private SyncWish wish = new SyncWish();

  SyncsCreateCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    wish.options().applyTo(config);
    return wish.with(
        environment,
        api -> {
          // Version 0 is that of no sync: the server refuses when there is one.
          wish.put(new SyncChanges(api, output), config, 0);
          return 0;
        });
  }
}
