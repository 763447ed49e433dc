package dev.backstitch.loadtest.contest;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;

/// What an engine's process answers.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "what")
@JsonSubTypes({
  @JsonSubTypes.Type(Answer.Opened.class),
  @JsonSubTypes.Type(Answer.WarmedUp.class),
  @JsonSubTypes.Type(Answer.Performed.class),
  @JsonSubTypes.Type(Answer.Held.class),
  @JsonSubTypes.Type(Answer.Done.class),
  @JsonSubTypes.Type(Answer.Closed.class),
  @JsonSubTypes.Type(Answer.Failed.class)
})
sealed interface Answer {

  /// A session is open.
  record Opened(String settings) implements Answer {}

  /// It is as warm as it gets in the time.
  ///
  /// @param rested whether the compiler has little left to do
  record WarmedUp(boolean rested) implements Answer {}

  /// The work is done.
  ///
  /// @param took from the first start to the last end
  record Performed(long runs, Duration took, double p50Millis, double p99Millis)
      implements Answer {}

  /// Runs wait.
  ///
  /// @param heapBytes what they added to the heap
  record Held(long heapBytes) implements Answer {}

  /// It is done.
  record Done() implements Answer {}

  /// The session is closed.
  record Closed() implements Answer {}

  /// It did not go well.
  record Failed(String why) implements Answer {}
}
