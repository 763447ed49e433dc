package dev.backstitch.orchestrator.catalog;

import com.fasterxml.jackson.databind.JavaType;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A registered workflow.
///
/// @param factory makes a new instance for every run that is loaded
public record WorkflowDefinition(
    String name, JavaType inputType, Supplier<? extends Workflow<?, ?>> factory) {

  /// Runs a new instance.
  ///
  /// @param input a value of [#inputType]
  @SuppressWarnings("unchecked") // The input was decoded with the type read from this very class.
  public @Nullable Object execute(RunContext context, Object input) {
    Workflow<Object, @Nullable Object> workflow =
        (Workflow<Object, @Nullable Object>) factory.get();
    return workflow.run(context, input);
  }
}
