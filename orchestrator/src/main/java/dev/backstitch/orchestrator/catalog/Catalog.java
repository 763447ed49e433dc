package dev.backstitch.orchestrator.catalog;

import dev.backstitch.orchestrator.workflow.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that is registered. Immutable.
public final class Catalog {
  private final Map<String, WorkflowDefinition> workflows;
  private final Map<Class<?>, ActivityDefinition> activities;

  Catalog(Map<String, WorkflowDefinition> workflows, Map<Class<?>, ActivityDefinition> activities) {
    this.workflows = Map.copyOf(workflows);
    this.activities = Map.copyOf(activities);
  }

  /// The workflow of that name.
  public Optional<WorkflowDefinition> workflow(String name) {
    return Optional.ofNullable(workflows.get(name));
  }

  /// The activity that serves such calls.
  public Optional<ActivityDefinition> activity(Call<?> call) {
    return Optional.ofNullable(activities.get(call.getClass()));
  }

  /// The names of all workflows, sorted.
  public List<String> workflowNames() {
    return workflows.keySet().stream().sorted().toList();
  }
}
