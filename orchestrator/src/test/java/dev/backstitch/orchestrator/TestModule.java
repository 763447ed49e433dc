package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.util.function.Consumer;

/// A module whose content is a lambda.
record TestModule(Consumer<Registry> content) implements WorkflowModule {

  @Override
  public String name() {
    return "test";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    content.accept(registry);
  }
}
