package dev.backstitch.api.page;

import dev.backstitch.api.timeline.DurationText;
import dev.backstitch.api.timeline.Outline;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Duration;
import java.time.Instant;

/// An event in one line, for people.
public final class EventText {
  private static final int LONGEST = 160;

  private EventText() {}

  /// How an event wants to be looked at.
  public enum Tone {
    /// Nothing special.
    PLAIN,
    /// Something succeeded.
    GOOD,
    /// Something failed for good, or nobody knows.
    BAD,
    /// Something failed but will be tried again, or has to wait.
    WAIT
  }

  /// How the event wants to be looked at.
  public static Tone tone(Event event) {
    return switch (event) {
      case Event.RunStarted _,
          Event.ActivityScheduled _,
          Event.ActivityStarted _,
          Event.TimerSet _,
          Event.TimerFired _,
          Event.TimerCancelled _,
          Event.ValueRecorded _,
          Event.VersionChosen _,
          Event.PostRecorded _,
          Event.FinalPostDeclared _,
          Event.ActivityCancelled _,
          Event.SignalReceived _ ->
          Tone.PLAIN;
      case Event.RunCompleted _, Event.ActivityCompleted _ -> Tone.GOOD;
      case Event.RunFailed _,
          Event.RunTerminated _,
          Event.ActivityFailed _,
          Event.ActivityOutcomeUnknown _ ->
          Tone.BAD;
      case Event.ActivityAttemptFailed _,
          Event.ActivityDeferred _,
          Event.CancelRequested _,
          Event.RunCancelled _ ->
          Tone.WAIT;
    };
  }

  /// What happened.
  ///
  /// @param at when, for times that are told relative to it
  /// @param outline knows the names of the commands
  public static String summary(Event event, Instant at, Outline outline) {
    return switch (event) {
      case Event.RunStarted started ->
          started.workflow() + (started.key() == null ? "" : ", key " + started.key());
      case Event.RunCompleted(Payload result) -> "returned " + shortened(result);
      case Event.RunFailed(Failure failure) -> text(failure);
      case Event.ActivityScheduled(int ordinal, _, _, Payload input) ->
          command(ordinal, outline) + " with " + shortened(input);
      case Event.ActivityStarted(int ordinal, int attempt) ->
          command(ordinal, outline) + ", attempt " + attempt;
      case Event.ActivityAttemptFailed failed ->
          command(failed.ordinal(), outline)
              + ", attempt "
              + failed.attempt()
              + " after "
              + between(failed.startedAt(), at)
              + ": "
              + text(failed.failure())
              + "; next in "
              + between(at, failed.retryAt());
      case Event.ActivityDeferred(int ordinal, _, String reason, Instant until) ->
          command(ordinal, outline) + " waits " + between(at, until) + ": " + reason;
      case Event.ActivityCompleted(int ordinal, int attempt, Instant started, Payload result) ->
          command(ordinal, outline)
              + (attempt > 1 ? ", attempt " + attempt : "")
              + " after "
              + between(started, at)
              + ": "
              + shortened(result);
      case Event.ActivityFailed(int ordinal, int attempt, Instant started, Failure failure) ->
          command(ordinal, outline)
              + ", attempt "
              + attempt
              + " after "
              + between(started, at)
              + ": "
              + text(failure);
      case Event.ActivityOutcomeUnknown(int ordinal, _) ->
          command(ordinal, outline) + " had started when its process died";
      case Event.TimerSet(int ordinal, Instant fireAt) ->
          "timer " + ordinal + " for " + between(at, fireAt);
      case Event.TimerFired(int ordinal) -> "timer " + ordinal;
      case Event.TimerCancelled(_, int timer) -> "timer " + timer + " is no longer needed";
      case Event.ValueRecorded(_, String name, Payload value, Failure failure) ->
          name + (failure == null ? " = " + shortened(value) : " failed: " + text(failure));
      case Event.VersionChosen(_, String change, int version) -> change + " = version " + version;
      case Event.PostRecorded(_, String target, String key, Payload content) ->
          key + " to " + target + ": " + shortened(content);
      case Event.FinalPostDeclared declared -> declared.key() + " to " + declared.target();
      case Event.ActivityCancelled(_, int activity) ->
          command(activity, outline) + " is no longer needed";
      case Event.SignalReceived(String name, _, String actor, Payload payload) ->
          name + " by " + actor + ": " + shortened(payload);
      case Event.CancelRequested(String actor, String reason) -> by(actor, reason);
      case Event.RunCancelled(String actor, String reason) -> by(actor, reason);
      case Event.RunTerminated(String actor, String reason) -> by(actor, reason);
    };
  }

  private static String by(String actor, String reason) {
    return "by " + actor + (reason.isEmpty() ? "" : ": " + reason);
  }

  private static String command(int ordinal, Outline outline) {
    return outline.commandName(ordinal).orElse("command") + " #" + ordinal;
  }

  private static String between(Instant from, Instant to) {
    return DurationText.of(Duration.between(from, to));
  }

  private static String text(Failure failure) {
    return failure.message().isEmpty() ? failure.type() : failure.type() + ": " + failure.message();
  }

  private static String shortened(Payload payload) {
    // Only the beginning is needed, and a payload can be large.
    String text = payload.json();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
  }
}
