package dev.backstitch.orchestrator.catalog;

import com.fasterxml.jackson.databind.JavaType;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.workflow.ActivityHandler;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.BatchHandler;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Collects what modules register, and refuses what could not work later.
public final class CatalogBuilder implements Registry {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,99}");

  private final ValueCodec codec;
  private final Map<String, WorkflowDefinition> workflows = new HashMap<>();
  private final Map<Class<?>, ActivityDefinition> activities = new HashMap<>();
  private final Map<String, Class<?>> activityNames = new HashMap<>();
  private final Map<String, PostTarget> targets = new HashMap<>();

  private CatalogBuilder(ValueCodec codec) {
    this.codec = codec;
  }

  /// Lets every module register.
  ///
  /// @throws IllegalArgumentException if one registers something wrong; the message says what
  public static Catalog build(
      Collection<? extends WorkflowModule> modules, Settings settings, ValueCodec codec) {
    CatalogBuilder builder = new CatalogBuilder(codec);
    for (WorkflowModule module : modules) {
      try {
        module.register(builder, settings);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "module " + module.name() + " can't be registered: " + e.getMessage(), e);
      }
    }
    return new Catalog(builder.workflows, builder.activities, builder.targets);
  }

  @Override
  public void workflow(String name, Supplier<? extends Workflow<?, ?>> factory) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a workflow's name is lower-case letters, digits and hyphens, at most 100, was " + name);
    }
    if (workflows.containsKey(name)) {
      throw new IllegalArgumentException("workflow " + name + " is registered twice");
    }
    JavaType input = typeArgument(factory.get().getClass(), Workflow.class);
    workflows.put(name, new WorkflowDefinition(name, input, factory));
  }

  @Override
  public <R extends @Nullable Object, C extends Call<R>> void activity(
      Class<C> call, ActivityHandler<C, R> handler, UnaryOperator<ActivityOptions> options) {
    ActivityDefinition.SingleCode code =
        (request, context) -> handler.handle(call.cast(request), context);
    add(call, options, new ActivityDefinition.Code.Single(code));
  }

  @Override
  public <R extends @Nullable Object, C extends Call<R>> void batchActivity(
      Class<C> call,
      BatchPolicy<C> batch,
      BatchHandler<C, R> handler,
      UnaryOperator<ActivityOptions> options) {
    BatchPolicy<Call<?>> policy =
        new BatchPolicy<>(
            batch.max(), batch.linger(), request -> batch.group().apply(call.cast(request)));
    ActivityDefinition.BatchCode code =
        items ->
            handler.handle(
                items.stream()
                    .map(item -> new BatchHandler.Item<>(call.cast(item.call()), item.context()))
                    .toList());
    add(call, options, new ActivityDefinition.Code.Batched(policy, code));
  }

  @Override
  public void target(String kind, PostTarget target) {
    // Refuses a malformed kind.
    var _ = new Target(kind, "anywhere");
    if (targets.putIfAbsent(kind, target) != null) {
      throw new IllegalArgumentException("targets of kind " + kind + " are registered twice");
    }
  }

  private void add(
      Class<?> call, UnaryOperator<ActivityOptions> options, ActivityDefinition.Code code) {
    String name = call.getSimpleName();
    Class<?> namesake = activityNames.putIfAbsent(name, call);
    if (namesake != null) {
      throw new IllegalArgumentException(
          "activity " + name + " is registered twice, for " + namesake + " and " + call);
    }
    if (!call.isRecord()) {
      throw new IllegalArgumentException(call + " is a call but no record");
    }
    ActivityOptions chosen = options.apply(ActivityOptions.DEFAULT);
    if (chosen.effect() == Effect.ONCE) {
      // A second attempt would break the promise, so no policy may allow one.
      chosen = chosen.withRetry(RetryPolicy.NEVER);
    }
    activities.put(
        call, new ActivityDefinition(name, typeArgument(call, Call.class), chosen, code));
  }

  private JavaType typeArgument(Class<?> type, Class<?> generic) {
    JavaType found = codec.type(type).findSuperType(generic);
    List<JavaType> arguments = found == null ? List.of() : found.getBindings().getTypeParameters();
    // Object stands for "erased": a lambda or a raw implementation.
    if (arguments.isEmpty() || arguments.getFirst().hasRawClass(Object.class)) {
      throw new IllegalArgumentException(
          type.getName()
              + " must be a class that implements "
              + generic.getSimpleName()
              + " with concrete types, so that its JSON can be read");
    }
    return arguments.getFirst();
  }
}
