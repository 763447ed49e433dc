package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Ending;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.SignalChannel;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.ValueFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What workflow code sees of its run: turns every wish into a command.
final class ReplayedRunContext implements RunContext {
  /// The version of code that a run has passed without a gate.
  private static final int BEFORE_THE_GATE = 1;

  /// What fits into a timestamp of the database with room to spare.
  private static final Duration LONGEST_TIMER = Duration.ofDays(36_500);

  private final Replayer replayer;
  private final Fibers fibers;
  private final RunRandom random;
  private final Map<String, Integer> versions = new HashMap<>();

  ReplayedRunContext(Replayer replayer) {
    this.replayer = replayer;
    this.fibers = replayer.fibers();
    this.random = new RunRandom(replayer.runId().value());
  }

  @Override
  public RunId id() {
    return replayer.runId();
  }

  @Override
  @SuppressWarnings("unchecked") // The result is decoded with the type read from the call's class.
  public <R extends @Nullable Object> Promise<R> start(Call<R> call) {
    fibers.refuseIfCancelled();
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
      try {
        fibers.pause();
      } catch (RunCancelledException e) {
        own.forEach(promise -> promise.removeWaiter(fiber));
        throw e;
      }
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
    fibers.refuseIfCancelled();
    return (Promise<@Nullable Void>) (Promise<?>) setTimer(replayer.nextOrdinal(), duration);
  }

  @Override
  public boolean awaitUntil(BooleanSupplier condition, Duration timeout) {
    if (condition.getAsBoolean()) {
      return true;
    }
    fibers.refuseIfCancelled();
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
  public <T> SignalChannel<T> signals(String name, Class<T> type) {
    return replayer.signals().channel(name, type, this);
  }

  @Override
  public boolean isCancelled() {
    fibers.current();
    return replayer.isCancelled();
  }

  @Override
  public <T extends @Nullable Object> T shielded(Supplier<T> code) {
    Fiber fiber = fibers.current();
    boolean before = fiber.shield(true);
    try {
      return code.get();
    } finally {
      fiber.shield(before);
    }
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
    return random.nextUuid();
  }

  @Override
  public <T> T record(String name, Class<T> type, Supplier<T> value) {
    int ordinal = replayer.nextOrdinal();
    Event.ValueRecorded fresh = new Event.ValueRecorded(ordinal, name, Payload.NULL, null);
    Throwable thrown = null;
    if (!replayer.isReplaying()) {
      try {
        fresh = new Event.ValueRecorded(ordinal, name, compute(value), null);
      } catch (Exception | StackOverflowError | AssertionError e) {
        thrown = e;
        fresh = new Event.ValueRecorded(ordinal, name, Payload.NULL, Failure.of(e));
      }
    }
    Event.ValueRecorded kept = (Event.ValueRecorded) replayer.issue(fresh);
    if (kept.failure() != null) {
      throw new ValueFailedException(name, kept.failure(), thrown);
    }
    return recordedValue(kept, type);
  }

  private <T> Payload compute(Supplier<T> value) {
    T computed = Objects.requireNonNull(fibers.withoutRun(value), "a recorded value is not null");
    return replayer.codec().encode(computed);
  }

  @SuppressWarnings("unchecked") // Decoded as this very type; Class.cast refuses int.class.
  private <T> T recordedValue(Event.ValueRecorded kept, Class<T> type) {
    String problem;
    try {
      Object value = replayer.codec().decode(kept.value(), replayer.codec().type(type));
      if (value != null) {
        return (T) value;
      }
      problem = "no use for a value of null";
    } catch (IllegalArgumentException e) {
      problem = "a type that does not fit: " + e.getMessage();
    }
    replayer.haltDiverged(new Divergence(kept.ordinal(), CommandMatcher.describe(kept), problem));
    throw new FiberAbandonedError();
  }

  @Override
  public void post(Target target, String key, Object content) {
    requireKey(key);
    int ordinal = replayer.nextOrdinal();
    requireTarget(ordinal, target);
    replayer.issue(
        new Event.PostRecorded(ordinal, target.toString(), key, replayer.codec().encode(content)));
  }

  @Override
  public void postAtEnd(Target target, String key, Function<Ending, ?> content) {
    requireKey(key);
    Function<Ending, Payload> encoded =
        ending ->
            replayer
                .codec()
                .encode(Objects.requireNonNull(content.apply(ending), "a post is not null"));
    Payload completed = encoded.apply(Ending.COMPLETED);
    Payload failed = encoded.apply(Ending.FAILED);
    Payload cancelled = encoded.apply(Ending.CANCELLED);
    Payload terminated = encoded.apply(Ending.TERMINATED);
    int ordinal = replayer.nextOrdinal();
    requireTarget(ordinal, target);
    replayer.issue(
        new Event.FinalPostDeclared(
            ordinal, target.toString(), key, completed, failed, cancelled, terminated));
  }

  private static void requireKey(String key) {
    if (!Target.isNameable(key)) {
      throw new IllegalArgumentException(
          "a post's key has 1 to 400 printable characters, was " + key);
    }
  }

  private void requireTarget(int ordinal, Target target) {
    if (replayer.catalog().target(target.kind()).isEmpty()) {
      replayer.haltDiverged(
          new Divergence(
              ordinal,
              "room for a command",
              "a post to " + target + ", for whose kind nothing is registered"));
      throw new FiberAbandonedError();
    }
  }

  @Override
  public int version(String change, int oldest, int latest) {
    if (oldest < BEFORE_THE_GATE || oldest > latest) {
      throw new IllegalArgumentException(
          "version " + change + ": 1 <= oldest <= latest, was " + oldest + " and " + latest);
    }
    fibers.current();
    Integer known = versions.get(change);
    int version = known == null ? passGate(change, latest) : known;
    versions.put(change, version);
    if (version < oldest || version > latest) {
      replayer.haltDiverged(
          new Divergence(
              replayer.lastOrdinal(),
              "version " + version + " of " + change,
              "support for versions " + oldest + " to " + latest));
    }
    return version;
  }

  private int passGate(String change, int latest) {
    boolean gateRecorded = replayer.nextRecorded().filter(next -> isGate(next, change)).isPresent();
    if (replayer.isReplaying() && !gateRecorded) {
      return BEFORE_THE_GATE;
    }
    Event.VersionChosen gate = new Event.VersionChosen(replayer.nextOrdinal(), change, latest);
    return ((Event.VersionChosen) replayer.issue(gate)).version();
  }

  private static boolean isGate(Event event, String change) {
    return event instanceof Event.VersionChosen chosen && chosen.change().equals(change);
  }

  private Promise<@Nullable Object> setTimer(int ordinal, Duration duration) {
    if (duration.isNegative() || duration.compareTo(LONGEST_TIMER) > 0) {
      throw new IllegalArgumentException(
          "a timer's duration is 0 to " + LONGEST_TIMER.toDays() + " days, was " + duration);
    }
    replayer.issue(new Event.TimerSet(ordinal, replayer.now().plus(duration)));
    return replayer.await(ordinal, "timer", null, null);
  }
}
