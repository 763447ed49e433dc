package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.activity.Attempt;
import dev.backstitch.orchestrator.activity.Interest;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.replay.OpenWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/// The attempts that a loaded run has asked for: which may start at once, which wait until what the
/// code has seen is durable, and which are on their way.
///
/// Belongs to the run's turn.
final class Launches {
  private final BiFunction<OpenWork.OpenActivity, Interest, Attempt> attempts;
  private final Map<Integer, Interest> inFlight = new HashMap<>();
  private List<Attempt> now = new ArrayList<>();
  private List<Attempt> whenDurable = new ArrayList<>();
  private List<Fact> factsWhenDurable = new ArrayList<>();
  private boolean stopped;

  /// @param attempts makes the next attempt at an open call
  Launches(BiFunction<OpenWork.OpenActivity, Interest, Attempt> attempts) {
    this.attempts = attempts;
  }

  /// What starts, or is told to the run, when a checkpoint is durable.
  record Waiting(List<Attempt> attempts, List<Fact> facts) {
    boolean isEmpty() {
      return attempts.isEmpty() && facts.isEmpty();
    }
  }

  /// Starts the next attempt as early as the activity's effect permits, unless one is on its way.
  ///
  /// @param startIsDurable until it is, the run may turn out to be a duplicate, and its calls waste
  void launch(OpenWork.OpenActivity activity, boolean startIsDurable) {
    int ordinal = activity.ordinal();
    if (stopped || inFlight.containsKey(ordinal)) {
      return;
    }
    inFlight.put(ordinal, new Interest());
    switch (activity.effect()) {
      case READ -> (startIsDurable ? now : whenDurable).add(attempt(activity));
      case WRITE -> whenDurable.add(attempt(activity));
      case ONCE ->
          factsWhenDurable.add(
              new Fact.Attempted(ordinal, new Event.ActivityStarted(ordinal, activity.attempt())));
    }
  }

  /// The intent to start it is recorded, so it starts when that is durable.
  void intended(OpenWork.OpenActivity activity) {
    whenDurable.add(attempt(activity));
  }

  private Attempt attempt(OpenWork.OpenActivity activity) {
    Interest interest = Objects.requireNonNull(inFlight.get(activity.ordinal()));
    return attempts.apply(activity, interest);
  }

  /// Nobody waits for it any more.
  void cancel(int ordinal) {
    Interest interest = inFlight.remove(ordinal);
    if (interest != null) {
      interest.withdraw();
    }
  }

  /// Nobody waits for any of it any more.
  void cancelAll() {
    inFlight.values().forEach(Interest::withdraw);
    inFlight.clear();
  }

  /// Launches nothing more; what is on its way goes on. Whoever has the run next launches the rest.
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  /// The attempt has ended.
  void ended(int ordinal) {
    inFlight.remove(ordinal);
  }

  boolean isInFlight(int ordinal) {
    return inFlight.containsKey(ordinal);
  }

  boolean noneInFlight() {
    return inFlight.isEmpty();
  }

  /// Takes what may start on facts that are not durable yet, all of a turn at once.
  List<Attempt> takeNow() {
    List<Attempt> taken = now;
    now = new ArrayList<>();
    return taken;
  }

  /// Takes what waits for the next checkpoint.
  Waiting takeWaiting() {
    Waiting taken = new Waiting(whenDurable, factsWhenDurable);
    whenDurable = new ArrayList<>();
    factsWhenDurable = new ArrayList<>();
    return taken;
  }

  /// Forgets what has not started.
  void clear() {
    now.clear();
    whenDurable.clear();
    factsWhenDurable.clear();
  }
}
