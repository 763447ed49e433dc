package dev.backstitch.orchestrator.history;

import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One fact of a run. The simple names of the records are the labels of the SQL type `event_type`.
///
/// `ordinal` is always the number of the command, from 1 in the order in which the workflow issued
/// them. Times are on the database's clock.
public sealed interface Event {

  /// Recorded by the engine about the run itself.
  sealed interface Lifecycle extends Event {}

  /// Recorded because the workflow's code asked for something.
  sealed interface CommandEvent extends Event {
    /// The number of the command this event records.
    int ordinal();
  }

  /// Recorded because a command got its answer; lets the workflow's code go on.
  sealed interface OutcomeEvent extends Event {
    /// The number of the command this event answers.
    int ordinal();
  }

  /// Recorded for people and for the retry bookkeeping; workflow code never sees it.
  sealed interface AttemptEvent extends Event {
    /// The number of the command this attempt belongs to.
    int ordinal();
  }

  /// Recorded because somebody outside said something; lets the workflow's code go on. It answers
  /// no command.
  sealed interface MessageEvent extends Event {}

  /// The first event of every run.
  ///
  /// @param workflow the registered name
  /// @param key the business key, if it has one
  /// @param build the build that accepted it
  record RunStarted(String workflow, @Nullable String key, String build, Payload input)
      implements Lifecycle {}

  /// The last event of a run that returned.
  record RunCompleted(Payload result) implements Lifecycle {}

  /// The last event of a run that threw.
  record RunFailed(Failure failure) implements Lifecycle {}

  /// An activity was asked for.
  ///
  /// @param activity the registered name
  /// @param effect as registered at that time: decides what a crash means
  record ActivityScheduled(int ordinal, String activity, Effect effect, Payload input)
      implements CommandEvent {}

  /// A [Effect#ONCE] activity is about to start: from here on its outcome may be unknown.
  record ActivityStarted(int ordinal, int attempt) implements AttemptEvent {}

  /// An attempt failed and another will follow.
  ///
  /// @param retryAt when the next attempt starts at the earliest
  record ActivityAttemptFailed(
      int ordinal, int attempt, Instant startedAt, Failure failure, Instant retryAt)
      implements AttemptEvent {}

  /// An attempt found that it must wait; it does not count as one.
  ///
  /// @param until when it is tried again
  record ActivityDeferred(int ordinal, int attempt, String reason, Instant until)
      implements AttemptEvent {}

  /// An activity returned.
  ///
  /// @param attempt the attempt that returned, from 1
  record ActivityCompleted(int ordinal, int attempt, Instant startedAt, Payload result)
      implements OutcomeEvent {}

  /// An activity failed for good.
  ///
  /// @param attempt the last attempt, from 1
  record ActivityFailed(int ordinal, int attempt, Instant startedAt, Failure failure)
      implements OutcomeEvent {}

  /// A [Effect#ONCE] activity had started when its process died.
  record ActivityOutcomeUnknown(int ordinal, int attempt) implements OutcomeEvent {}

  /// A durable timer was asked for.
  record TimerSet(int ordinal, Instant fireAt) implements CommandEvent {}

  /// A timer's time has come.
  record TimerFired(int ordinal) implements OutcomeEvent {}

  /// The workflow no longer waits for a timer. A command of its own, with its own ordinal.
  ///
  /// @param timer the ordinal of the timer
  record TimerCancelled(int ordinal, int timer) implements CommandEvent {}

  /// A value was computed once, or could not be.
  ///
  /// @param value JSON `null` if it failed
  /// @param failure why, if it did
  record ValueRecorded(int ordinal, String name, Payload value, @Nullable Failure failure)
      implements CommandEvent {}

  /// A version gate was passed for the first time.
  record VersionChosen(int ordinal, String change, int version) implements CommandEvent {}

  /// The run's cancellation ended the wait for an activity: what it answers from here on is
  /// ignored. A command of its own, with its own ordinal.
  ///
  /// @param activity the ordinal of the activity
  record ActivityCancelled(int ordinal, int activity) implements CommandEvent {}

  /// A signal was sent to the run.
  ///
  /// @param name which of the run's channels it goes to
  /// @param id the sender's name for this signal: a second one with the same id is the same one
  /// @param actor who sent it
  record SignalReceived(String name, String id, String actor, Payload payload)
      implements MessageEvent {}

  /// Somebody wants the run to end, and lets it clean up. At most one per run.
  record CancelRequested(String actor, String reason) implements MessageEvent {}

  /// The last event of a run that ended because it was cancelled.
  ///
  /// @param actor who asked for it
  record RunCancelled(String actor, String reason) implements Lifecycle {}

  /// The last event of a run that was ended from outside, whatever it was doing. The one event that
  /// no worker writes.
  record RunTerminated(String actor, String reason) implements Lifecycle {}

  /// A target is to show something, unless something newer takes its place.
  ///
  /// @param target as `kind:place`
  record PostRecorded(int ordinal, String target, String key, Payload content)
      implements CommandEvent {}

  /// What a target is to show when the run is over: the one content that fits its end.
  ///
  /// @param target as `kind:place`
  record FinalPostDeclared(
      int ordinal,
      String target,
      String key,
      Payload completed,
      Payload failed,
      Payload cancelled,
      Payload terminated)
      implements CommandEvent {}

  /// Whether this is the last event a run can have.
  default boolean isClosing() {
    return switch (this) {
      case RunCompleted _, RunFailed _, RunCancelled _, RunTerminated _ -> true;
      case RunStarted _, CommandEvent _, OutcomeEvent _, AttemptEvent _, MessageEvent _ -> false;
    };
  }

  /// The label of the SQL type `event_type`, also used in JSON.
  default String type() {
    return getClass().getSimpleName();
  }
}
