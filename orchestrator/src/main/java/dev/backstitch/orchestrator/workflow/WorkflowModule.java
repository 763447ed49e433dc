package dev.backstitch.orchestrator.workflow;

/// A set of workflows and activities that belong together.
///
/// A jar adds its own by naming an implementation with a public no-argument constructor in
/// `META-INF/services/dev.backstitch.orchestrator.workflow.WorkflowModule`.
public interface WorkflowModule {

  /// A short name for logs and error messages.
  String name();

  /// Registers everything the module has. Called once, before any run is loaded.
  ///
  /// @throws IllegalArgumentException if a setting the module needs is wrong; the message names it
  ///   and what is allowed
  void register(Registry registry, Settings settings);
}
