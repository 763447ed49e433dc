package dev.backstitch.orchestrator.workflow;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where modules put what they have. Names are unique across modules; a second registration of a
/// name is refused.
public interface Registry {

  /// Registers a workflow. Its input and result types are read from its class, so it must be a
  /// class (not a lambda) that implements [Workflow] with concrete types.
  ///
  /// @param name what runs and histories call it, such as `progress-sync`
  /// @param factory makes a new instance for every run that is loaded
  /// @throws IllegalArgumentException if the name is taken or malformed, or the types can't be read
  void workflow(String name, Supplier<? extends Workflow<?, ?>> factory);

  /// Registers an activity under the simple name of its call.
  ///
  /// @param options turns [ActivityOptions#DEFAULT] into what this activity needs
  /// @throws IllegalArgumentException if the call has a handler already, or its result type can't
  ///   be read
  <R extends @Nullable Object, C extends Call<R>> void activity(
      Class<C> call, ActivityHandler<C, R> handler, UnaryOperator<ActivityOptions> options);

  /// Registers an activity whose calls are served many at a time.
  ///
  /// @throws IllegalArgumentException as for [#activity]
  <R extends @Nullable Object, C extends Call<R>> void batchActivity(
      Class<C> call,
      BatchPolicy<C> batch,
      BatchHandler<C, R> handler,
      UnaryOperator<ActivityOptions> options);

  /// Registers who delivers posts to targets of a kind.
  ///
  /// @param kind as in [Target#kind]
  /// @throws IllegalArgumentException if the kind is taken or malformed
  void target(String kind, PostTarget target);
}
