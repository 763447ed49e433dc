package dev.backstitch.orchestrator.replay;

import com.fasterxml.jackson.databind.JavaType;
import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What workflow code sees of its run: turns every wish into a command.
final class ReplayedRunContext implements RunContext {
  private final Replayer replayer;
  private final Fibers fibers;
  private final SplittableRandom random;

  ReplayedRunContext(Replayer replayer) {
    this.replayer = replayer;
    this.fibers = replayer.fibers();
    this.random = new SplittableRandom(replayer.runId().value());
  }

  @Override
  public RunId id() {
    return replayer.runId();
  }

  @Override
  @SuppressWarnings("unchecked") // The result is decoded with the type read from the call's class.
  public <R extends @Nullable Object> Promise<R> start(Call<R> call) {
    int ordinal = replayer.nextOrdinal();
    ActivityDefinition activity = replayer.catalog().activity(call).orElse(null);
    if (activity == null) {
      replayer.haltDiverged(
          new Divergence(
              ordinal,
              "room for a command",
              "a call of " + call.getClass().getName() + ", for which no activity is registered"));
      throw new FiberAbandonedError();
    }
    replayer.issue(
        new Event.ActivityScheduled(
            ordinal, activity.name(), activity.options().effect(), replayer.codec().encode(call)));
    return (Promise<R>) replayer.await(ordinal, activity.name(), activity, call);
  }

  @Override
  public <T, R extends @Nullable Object> List<Outcome<R>> callAll(
      Collection<T> items, int inFlight, Function<? super T, ? extends Call<R>> call) {
    if (inFlight < 1) {
      throw new IllegalArgumentException("inFlight must be at least 1, was " + inFlight);
    }
    List<Promise<R>> all = new ArrayList<>(items.size());
    List<Promise<R>> open = new ArrayList<>();
    for (T item : items) {
      while (open.size() >= inFlight) {
        open.remove(race(open));
      }
      Promise<R> started = start(call.apply(item));
      all.add(started);
      if (inFlight < items.size()) {
        open.add(started);
      }
    }
    return all(all);
  }

  @Override
  public <T extends @Nullable Object> Promise<T> async(Supplier<T> code) {
    fibers.current();
    RunPromise<T> promise = new RunPromise<>(fibers, "async");
    fibers.start(() -> {
      try {
        promise.complete(new Outcome.Success<>(code.get()));
      } catch (Exception | StackOverflowError | AssertionError e) {
        promise.completeThrowing(e);
      }
    });
    return promise;
  }

  @Override
  public int race(List<? extends Promise<?>> promises) {
    if (promises.isEmpty()) {
      throw new IllegalArgumentException("there must be a promise to wait for");
    }
    List<RunPromise<?>> own = promises.stream().<RunPromise<?>>map(this::own).toList();
    while (true) {
      for (int i = 0; i < own.size(); i++) {
        if (own.get(i).isDone()) {
          return i;
        }
      }
      Fiber fiber = fibers.current();
      own.forEach(promise -> promise.addWaiter(fiber));
      fibers.pause();
      own.forEach(promise -> promise.removeWaiter(fiber));
    }
  }

  private RunPromise<?> own(Promise<?> promise) {
    if (promise instanceof RunPromise<?> own && own.belongsTo(fibers)) {
      return own;
    }
    throw new IllegalArgumentException("a promise of another run can't be waited for");
  }

  @Override
  @SuppressWarnings("unchecked") // A timer's value is always null.
  public Promise<@Nullable Void> timer(Duration duration) {
    return (Promise<@Nullable Void>) (Promise<?>) setTimer(replayer.nextOrdinal(), duration);
  }

  @Override
  public boolean awaitUntil(BooleanSupplier condition, Duration timeout) {
    if (condition.getAsBoolean()) {
      return true;
    }
    int timer = replayer.nextOrdinal();
    Promise<?> timeUp = setTimer(timer, timeout);
    boolean lookedOnly = false;
    while (!timeUp.isDone()) {
      fibers.pauseToWatch(lookedOnly);
      lookedOnly = true;
      if (condition.getAsBoolean()) {
        if (!timeUp.isDone()) {
          replayer.issue(new Event.TimerCancelled(replayer.nextOrdinal(), timer));
          replayer.forget(timer);
        }
        return true;
      }
    }
    return false;
  }

  @Override
  public Instant now() {
    return replayer.now();
  }

  @Override
  public double random() {
    fibers.current();
    return random.nextDouble();
  }

  @Override
  public UUID uuid() {
    fibers.current();
    // Version 4, variant 2, as RFC 9562 lays them out.
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  @Override
  public <T> T record(String name, Class<T> type, Supplier<T> value) {
    int ordinal = replayer.nextOrdinal();
    Payload fresh = replayer.nextIsRecorded() ? Payload.NULL : replayer.codec().encode(value.get());
    Event.ValueRecorded kept =
        (Event.ValueRecorded) replayer.issue(new Event.ValueRecorded(ordinal, name, fresh));
    JavaType javaType = replayer.codec().type(type);
    return type.cast(
        Objects.requireNonNull(
            replayer.codec().decode(kept.value(), javaType), "a recorded value may not be null"));
  }

  @Override
  public int version(String change, int oldest, int latest) {
    if (oldest > latest) {
      throw new IllegalArgumentException(
          "version " + change + ": oldest " + oldest + " is above latest " + latest);
    }
    int ordinal = replayer.nextOrdinal();
    Event.VersionChosen chosen =
        (Event.VersionChosen) replayer.issue(new Event.VersionChosen(ordinal, change, latest));
    if (chosen.version() < oldest || chosen.version() > latest) {
      replayer.haltDiverged(
          new Divergence(
              ordinal,
              "version " + chosen.version() + " of " + change,
              "support for versions " + oldest + " to " + latest));
    }
    return chosen.version();
  }

  private Promise<@Nullable Object> setTimer(int ordinal, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a timer's duration is not negative, was " + duration);
    }
    replayer.issue(new Event.TimerSet(ordinal, replayer.now().plus(duration)));
    return replayer.await(ordinal, "timer", null, null);
  }
}
