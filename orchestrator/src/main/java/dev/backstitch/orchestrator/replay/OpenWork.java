package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.workflow.Effect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What a run waits for, as a fold over its events: the same whether they were just recorded or
/// read back.
public final class OpenWork {
  private final TreeMap<Integer, OpenActivity> activities = new TreeMap<>();
  private final TreeMap<Integer, OpenTimer> timers = new TreeMap<>();

  /// An activity without an outcome.
  ///
  /// @param attempt the number of the attempt that runs or comes next, from 1
  /// @param notBefore when that attempt may start
  /// @param begun whether a [Effect#ONCE] activity may have begun
  /// @param deferred how much of its time it has spent waiting on its own wish
  public record OpenActivity(
      int ordinal,
      String activity,
      Effect effect,
      Instant scheduledAt,
      int attempt,
      Instant notBefore,
      boolean begun,
      Duration deferred) {}

  /// A timer that has neither fired nor been cancelled.
  public record OpenTimer(int ordinal, Instant fireAt) {}

  /// Takes one event into account.
  public void apply(Event event, Instant at) {
    switch (event) {
      case Event.ActivityScheduled e ->
          activities.put(
              e.ordinal(),
              new OpenActivity(
                  e.ordinal(), e.activity(), e.effect(), at, 1, at, false, Duration.ZERO));
      case Event.ActivityStarted e ->
          activities.computeIfPresent(e.ordinal(), (_, open) -> begun(open));
      case Event.ActivityAttemptFailed e ->
          activities.computeIfPresent(
              e.ordinal(), (_, open) -> waiting(open, e.attempt() + 1, e.retryAt(), Duration.ZERO));
      case Event.ActivityDeferred e ->
          activities.computeIfPresent(
              e.ordinal(),
              (_, open) -> waiting(open, e.attempt(), e.until(), Duration.between(at, e.until())));
      case Event.TimerSet e -> timers.put(e.ordinal(), new OpenTimer(e.ordinal(), e.fireAt()));
      case Event.TimerCancelled e -> timers.remove(e.timer());
      case Event.ActivityCompleted e -> activities.remove(e.ordinal());
      case Event.ActivityFailed e -> activities.remove(e.ordinal());
      case Event.ActivityOutcomeUnknown e -> activities.remove(e.ordinal());
      case Event.TimerFired e -> timers.remove(e.ordinal());
      case Event.ActivityCancelled e -> activities.remove(e.activity());
      case Event.RunCompleted _, Event.RunFailed _, Event.RunCancelled _, Event.RunTerminated _ ->
          clear();
      case Event.RunStarted _,
          Event.ValueRecorded _,
          Event.VersionChosen _,
          Event.PostRecorded _,
          Event.FinalPostDeclared _,
          Event.SignalReceived _,
          Event.CancelRequested _ -> {}
    }
  }

  /// The activity behind a command, if it is still open.
  public Optional<OpenActivity> activity(int ordinal) {
    return Optional.ofNullable(activities.get(ordinal));
  }

  /// The timer behind a command, if it is still open.
  public Optional<OpenTimer> timer(int ordinal) {
    return Optional.ofNullable(timers.get(ordinal));
  }

  /// All open activities, by ordinal.
  public List<OpenActivity> activities() {
    return List.copyOf(activities.values());
  }

  /// All open timers, by ordinal.
  public List<OpenTimer> timers() {
    return List.copyOf(timers.values());
  }

  /// The earliest time at which something is due, if anything ever is by itself.
  public Optional<Instant> nextDue() {
    return Stream.concat(
            activities.values().stream().map(OpenActivity::notBefore),
            timers.values().stream().map(OpenTimer::fireAt))
        .min(Instant::compareTo);
  }

  private void clear() {
    activities.clear();
    timers.clear();
  }

  private static OpenActivity begun(OpenActivity open) {
    return new OpenActivity(
        open.ordinal(),
        open.activity(),
        open.effect(),
        open.scheduledAt(),
        open.attempt(),
        open.notBefore(),
        true,
        open.deferred());
  }

  private static OpenActivity waiting(
      OpenActivity open, int attempt, Instant notBefore, Duration deferred) {
    return new OpenActivity(
        open.ordinal(),
        open.activity(),
        open.effect(),
        open.scheduledAt(),
        attempt,
        notBefore,
        false,
        open.deferred().plus(deferred.isNegative() ? Duration.ZERO : deferred));
  }
}
