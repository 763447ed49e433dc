package dev.backstitch.activities.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityFailedException;
import dev.backstitch.orchestrator.workflow.ActivityHandler;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.BatchHandler;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Ending;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.SignalChannel;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Runs a workflow in one go: each call is served at once, once, by the handler registered for it.
/// No engine, no retry, no wait; calls and results go through JSON, as they would on their way to
/// the history.
public final class DirectRun implements RunContext, Registry {
  private final Map<String, PostTarget> targets = new LinkedHashMap<>();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Class<?>, Serving> servings = new LinkedHashMap<>();
  private final Map<String, Integer> versions = new LinkedHashMap<>();
  private final Map<String, Supplier<? extends Workflow<?, ?>>> workflows = new LinkedHashMap<>();
  private final Map<Class<?>, ActivityOptions> options = new LinkedHashMap<>();
  private final List<Object> calls = new ArrayList<>();

  @FunctionalInterface
  private interface Serving {
    List<Outcome<Object>> serve(List<Object> calls);
  }

  /// Every call so far, in the order in which it was made.
  public List<Object> calls() {
    return List.copyOf(calls);
  }

  /// The names of the registered workflows.
  public Set<String> workflows() {
    return workflows.keySet();
  }

  /// How an activity was registered.
  public ActivityOptions optionsOf(Class<?> call) {
    return Objects.requireNonNull(options.get(call), call.getSimpleName());
  }

  // What modules see.

  @Override
  public void workflow(String name, Supplier<? extends Workflow<?, ?>> factory) {
    workflows.put(name, factory);
  }

  @Override
  public <R extends @Nullable Object, C extends Call<R>> void activity(
      Class<C> call, ActivityHandler<C, R> handler, UnaryOperator<ActivityOptions> asked) {
    options.put(call, asked.apply(ActivityOptions.DEFAULT));
    servings.put(
        call,
        all -> {
          List<Outcome<Object>> outcomes = new ArrayList<>();
          for (Object one : all) {
            try {
              R result = handler.handle(call.cast(one), context());
              outcomes.add(new Outcome.Success<>(throughJson(Objects.requireNonNull(result))));
            } catch (Exception failure) {
              outcomes.add(new Outcome.Failed<>(Failure.of(failure)));
            }
          }
          return outcomes;
        });
  }

  @Override
  public <R extends @Nullable Object, C extends Call<R>> void batchActivity(
      Class<C> call,
      BatchPolicy<C> batch,
      BatchHandler<C, R> handler,
      UnaryOperator<ActivityOptions> asked) {
    options.put(call, asked.apply(ActivityOptions.DEFAULT));
    servings.put(
        call,
        all -> {
          List<Outcome<Object>> outcomes = new ArrayList<>();
          for (int from = 0; from < all.size(); from += batch.max()) {
            List<BatchHandler.Item<C>> items = new ArrayList<>();
            for (Object one : all.subList(from, Math.min(from + batch.max(), all.size()))) {
              items.add(new BatchHandler.Item<>(call.cast(one), context()));
            }
            outcomes.addAll(serveBatch(handler, items));
          }
          return outcomes;
        });
  }

  private static <R extends @Nullable Object, C extends Call<R>> List<Outcome<Object>> serveBatch(
      BatchHandler<C, R> handler, List<BatchHandler.Item<C>> items) {
    List<Outcome<Object>> outcomes = new ArrayList<>();
    try {
      for (BatchResult<R> result : handler.handle(items)) {
        outcomes.add(
            switch (result) {
              case BatchResult.Done<R> done ->
                  new Outcome.Success<>(throughJson(Objects.requireNonNull(done.value())));
              case BatchResult.Threw<R> threw ->
                  new Outcome.Failed<>(Failure.of(threw.exception()));
            });
      }
    } catch (Exception failure) {
      items.forEach(item -> outcomes.add(new Outcome.Failed<>(Failure.of(failure))));
    }
    return outcomes;
  }

  private ActivityContext context() {
    return new ActivityContext(id(), calls.size(), 1);
  }

  // What the workflow sees.

  @Override
  public RunId id() {
    return new RunId(1);
  }

  @Override
  public <R extends @Nullable Object> Promise<R> start(Call<R> call) {
    Outcome<R> outcome = serve(List.of(call)).getFirst();
    return new Promise<>() {
      @Override
      public R get() {
        return switch (outcome) {
          case Outcome.Success<R> success -> success.value();
          case Outcome.Failed<R>(Failure failure) ->
              throw new ActivityFailedException(call.getClass().getSimpleName(), failure);
          case Outcome.Unknown<R>() -> throw new IllegalStateException("no activity here is ONCE");
        };
      }

      @Override
      public Outcome<R> outcome() {
        return outcome;
      }

      @Override
      public boolean isDone() {
        return true;
      }
    };
  }

  @Override
  public <T, R extends @Nullable Object> List<Outcome<R>> callAll(
      Collection<T> items, int inFlight, Function<? super T, ? extends Call<R>> call) {
    List<Call<R>> all = new ArrayList<>();
    items.forEach(item -> all.add(call.apply(item)));
    return all.isEmpty() ? List.of() : serve(all);
  }

  // A call's class decides the type of its result, but no Java type can say so of a map's values.
  @SuppressWarnings("unchecked")
  private <R extends @Nullable Object> List<Outcome<R>> serve(List<? extends Call<R>> all) {
    List<Object> asWritten = new ArrayList<>();
    for (Call<R> call : all) {
      calls.add(call);
      asWritten.add(throughJson(call));
    }
    Serving serving =
        Objects.requireNonNull(
            servings.get(all.getFirst().getClass()), "no activity serves " + all.getFirst());
    return (List<Outcome<R>>) (List<?>) serving.serve(asWritten);
  }

  private static Object throughJson(Object value) {
    try {
      return JSON.readValue(JSON.writeValueAsString(value), value.getClass());
    } catch (JsonProcessingException lossy) {
      throw new AssertionError(value + " does not survive the history", lossy);
    }
  }

  @Override
  public <T> T record(String name, Class<T> type, Supplier<T> value) {
    return value.get();
  }

  @Override
  public Instant now() {
    return Instant.EPOCH;
  }

  @Override
  public <T extends @Nullable Object> Promise<T> async(Supplier<T> code) {
    throw new UnsupportedOperationException("no second line of code here");
  }

  @Override
  public int race(List<? extends Promise<?>> promises) {
    throw new UnsupportedOperationException("everything is done at once here");
  }

  @Override
  public Promise<@Nullable Void> timer(Duration duration) {
    throw new UnsupportedOperationException("nothing waits here");
  }

  @Override
  public boolean awaitUntil(BooleanSupplier condition, Duration timeout) {
    throw new UnsupportedOperationException("nothing waits here");
  }

  @Override
  public <T> SignalChannel<T> signals(String name, Class<T> type) {
    throw new UnsupportedOperationException("nobody sends anything here");
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public <T extends @Nullable Object> T shielded(Supplier<T> code) {
    return code.get();
  }

  @Override
  public double random() {
    throw new UnsupportedOperationException("nothing is drawn here");
  }

  @Override
  public UUID uuid() {
    throw new UnsupportedOperationException("nothing is drawn here");
  }

  @Override
  public void target(String kind, PostTarget target) {
    targets.put(kind, target);
  }

  /// Who delivers to which kind of target.
  public Map<String, PostTarget> targets() {
    return targets;
  }

  @Override
  public void post(Target target, String key, Object content) {
    throw new UnsupportedOperationException("nothing is posted here");
  }

  @Override
  public void postAtEnd(Target target, String key, Function<Ending, ?> content) {
    throw new UnsupportedOperationException("nothing is posted here");
  }

  @Override
  public int version(String change, int oldest, int latest) {
    return versions.getOrDefault(change, latest);
  }

  /// Lets the run have passed a gate before, with this version.
  public void passed(String change, int version) {
    versions.put(change, version);
  }
}
