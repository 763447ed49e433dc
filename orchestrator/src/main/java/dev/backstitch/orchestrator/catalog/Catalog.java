package dev.backstitch.orchestrator.catalog;

import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.PostTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that is registered. Immutable.
public final class Catalog {
  private final Map<String, WorkflowDefinition> workflows;
  private final Map<Class<?>, ActivityDefinition> activities;
  private final Map<String, PostTarget> targets;

  Catalog(
      Map<String, WorkflowDefinition> workflows,
      Map<Class<?>, ActivityDefinition> activities,
      Map<String, PostTarget> targets) {
    this.workflows = Map.copyOf(workflows);
    this.activities = Map.copyOf(activities);
    this.targets = Map.copyOf(targets);
  }

  /// The workflow of that name.
  public Optional<WorkflowDefinition> workflow(String name) {
    return Optional.ofNullable(workflows.get(name));
  }

  /// The activity that serves such calls.
  public Optional<ActivityDefinition> activity(Call<?> call) {
    return Optional.ofNullable(activities.get(call.getClass()));
  }

  /// Who delivers posts to targets of a kind.
  public Optional<PostTarget> target(String kind) {
    return Optional.ofNullable(targets.get(kind));
  }

  /// The kinds of targets that posts can be delivered to, sorted.
  public List<String> targetKinds() {
    return targets.keySet().stream().sorted().toList();
  }

  /// The names of all workflows, sorted.
  public List<String> workflowNames() {
    return workflows.keySet().stream().sorted().toList();
  }
}
