package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import java.util.Optional;

/// Compares a command that the code issues with the one that the history holds in its place.
///
/// Kind, ordinal, name and input must agree. What only the first execution could decide (a recorded
/// value, a chosen version, an activity's effect at that time) is taken from the history.
final class CommandMatcher {
  private static final int SHOWN = 300;

  private CommandMatcher() {}

  /// Empty if they agree.
  static Optional<Divergence> compare(Event recorded, Event issued, int ordinal) {
    boolean same =
        switch (issued) {
          case Event.ActivityScheduled i ->
              recorded instanceof Event.ActivityScheduled r
                  && r.ordinal() == i.ordinal()
                  && r.activity().equals(i.activity())
                  && r.input().equals(i.input());
          case Event.TimerSet i -> recorded.equals(i);
          case Event.TimerCancelled i -> recorded.equals(i);
          case Event.ActivityCancelled i -> recorded.equals(i);
          case Event.ValueRecorded i ->
              recorded instanceof Event.ValueRecorded r
                  && r.ordinal() == i.ordinal()
                  && r.name().equals(i.name());
          case Event.VersionChosen i ->
              recorded instanceof Event.VersionChosen r
                  && r.ordinal() == i.ordinal()
                  && r.change().equals(i.change());
          case Event.PostRecorded i -> recorded.equals(i);
          case Event.FinalPostDeclared i -> recorded.equals(i);
          case Event.RunCompleted i -> recorded.equals(i);
          case Event.RunFailed i -> recorded.equals(i);
          case Event.RunCancelled i -> recorded.equals(i);
          case Event.RunStarted _,
              Event.ActivityStarted _,
              Event.ActivityAttemptFailed _,
              Event.ActivityDeferred _,
              Event.ActivityCompleted _,
              Event.ActivityFailed _,
              Event.ActivityOutcomeUnknown _,
              Event.TimerFired _,
              Event.SignalReceived _,
              Event.CancelRequested _,
              Event.RunTerminated _ ->
              throw new IllegalStateException(issued.type() + " is nothing that code can issue");
        };
    return same
        ? Optional.empty()
        : Optional.of(new Divergence(ordinal, describe(recorded), describe(issued)));
  }

  /// The event in a few words, its payload cut short.
  static String describe(Event event) {
    return switch (event) {
      case Event.ActivityScheduled e ->
          "call " + e.ordinal() + " of " + e.activity() + " with " + shorten(e.input());
      case Event.TimerSet e -> "timer " + e.ordinal() + " for " + e.fireAt();
      case Event.TimerCancelled e -> "cancellation of timer " + e.timer();
      case Event.ActivityCancelled e -> "cancellation of activity " + e.activity();
      case Event.ValueRecorded e -> "recorded value " + e.ordinal() + " named " + e.name();
      case Event.VersionChosen e -> "version gate " + e.ordinal() + " named " + e.change();
      case Event.PostRecorded e ->
          "post "
              + e.ordinal()
              + " to "
              + e.target()
              + " of "
              + e.key()
              + " with "
              + shorten(e.content());
      case Event.FinalPostDeclared e ->
          "final post "
              + e.ordinal()
              + " to "
              + e.target()
              + " of "
              + e.key()
              + " with "
              + shorten(e.completed());
      case Event.RunCompleted e -> "the end with result " + shorten(e.result());
      case Event.RunFailed e -> "the end with failure " + e.failure().type();
      case Event.RunStarted e -> "the start of " + e.workflow();
      case Event.ActivityStarted e -> "the start of activity " + e.ordinal();
      case Event.ActivityAttemptFailed e -> "a failed attempt of activity " + e.ordinal();
      case Event.ActivityDeferred e -> "a deferral of activity " + e.ordinal();
      case Event.ActivityCompleted e -> "the result of activity " + e.ordinal();
      case Event.ActivityFailed e -> "the failure of activity " + e.ordinal();
      case Event.ActivityOutcomeUnknown e -> "the unknown outcome of activity " + e.ordinal();
      case Event.TimerFired e -> "the firing of timer " + e.ordinal();
      case Event.SignalReceived e -> "signal " + e.name() + " with id " + e.id();
      case Event.CancelRequested e -> "a request to cancel by " + e.actor();
      case Event.RunCancelled e -> "the end by the cancellation of " + e.actor();
      case Event.RunTerminated e -> "the end by force of " + e.actor();
    };
  }

  private static String shorten(Payload payload) {
    String json = payload.json();
    return json.length() <= SHOWN ? json : json.substring(0, SHOWN) + "...";
  }
}
