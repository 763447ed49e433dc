package dev.backstitch.api.command;

import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.util.List;
import java.util.ServiceLoader;

/// The workflow modules on the class path.
public final class Modules {
  private Modules() {}

  /// Every module that a jar names.
  public static List<WorkflowModule> installed() {
    return ServiceLoader.load(WorkflowModule.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
