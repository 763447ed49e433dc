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

  /// Whether this is the last event a run can have.
  default boolean isClosing() {
    return this instanceof RunCompleted || this instanceof RunFailed;
  }

  /// The label of the SQL type `event_type`, also used in JSON.
  default String type() {
    return getClass().getSimpleName();
  }
}
