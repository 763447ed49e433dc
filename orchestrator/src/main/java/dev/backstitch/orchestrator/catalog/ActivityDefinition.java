package dev.backstitch.orchestrator.catalog;

import com.fasterxml.jackson.databind.JavaType;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.BatchHandler;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A registered activity.
public record ActivityDefinition(
    String name, JavaType resultType, ActivityOptions options, Code code) {

  /// How its calls are served.
  public sealed interface Code {

    /// One at a time.
    record Single(SingleCode code) implements Code {}

    /// Many at a time.
    record Batched(BatchPolicy<Call<?>> policy, BatchCode code) implements Code {}
  }

  /// A handler with its types erased.
  @FunctionalInterface
  public interface SingleCode {
    /// Serves one call.
    @Nullable Object serve(Call<?> call, ActivityContext context) throws Exception;
  }

  /// A batch handler with its types erased.
  @FunctionalInterface
  public interface BatchCode {
    /// Serves a batch; one result per item, in order.
    List<? extends BatchResult<?>> serve(List<BatchHandler.Item<Call<?>>> items) throws Exception;
  }
}
