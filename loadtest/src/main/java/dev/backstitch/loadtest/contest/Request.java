package dev.backstitch.loadtest.contest;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What the conductor asks of an engine's process.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "what")
@JsonSubTypes({
  @JsonSubTypes.Type(Request.Open.class),
  @JsonSubTypes.Type(Request.Perform.class),
  @JsonSubTypes.Type(Request.Close.class)
})
sealed interface Request {

  /// Open a session.
  record Open(Ground ground) implements Request {}

  /// Do the work in the open session.
  record Perform(Work work) implements Request {}

  /// Close the session.
  record Close() implements Request {}
}
