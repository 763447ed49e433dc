package dev.backstitch.loadtest.contest;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.List;

/// What the conductor asks of an engine's process.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "what")
@JsonSubTypes({
  @JsonSubTypes.Type(Request.Open.class),
  @JsonSubTypes.Type(Request.WarmUp.class),
  @JsonSubTypes.Type(Request.Perform.class),
  @JsonSubTypes.Type(Request.Begin.class),
  @JsonSubTypes.Type(Request.Finish.class),
  @JsonSubTypes.Type(Request.Far.class),
  @JsonSubTypes.Type(Request.Near.class),
  @JsonSubTypes.Type(Request.Hold.class),
  @JsonSubTypes.Type(Request.Close.class)
})
sealed interface Request {

  /// Open a session.
  record Open(Ground ground) implements Request {}

  /// Do such work in the open session until the compiler rests.
  record WarmUp(Work atMost) implements Request {}

  /// Do the work in the open session.
  record Perform(Work work) implements Request {}

  /// As [Trials.Recoverable#begin].
  record Begin(Trials.Crowd crowd, Duration stepTime) implements Request {}

  /// As [Trials.Recoverable#finish].
  record Finish(Trials.Crowd crowd) implements Request {}

  /// As [Trials.Lengthening#far].
  record Far(List<Trials.Group> groups, int events) implements Request {

    /// Copies the list.
    public Far {
      groups = List.copyOf(groups);
    }
  }

  /// As [Trials.Lengthening#near].
  record Near(Trials.Group group, int steps) implements Request {}

  /// As [Trials.Patient#hold].
  record Hold(int runs) implements Request {}

  /// Close the session.
  record Close() implements Request {}
}
