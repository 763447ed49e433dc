package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.history.Payload;
import org.jspecify.annotations.Nullable;

/// A wish to start a run.
///
/// @param workflow the registered name
/// @param key the business key, at most 200 characters: while a run of the same workflow and key is
///   open, that run is returned instead of a new one; null never collides
/// @param input JSON that fits the workflow's input type
/// @param queue whose workers run it, see [QueueLimits#isName]
/// @param priority 0 to 9: of runs that wait in a queue, 9 is taken first
public record StartRequest(
    String workflow, @Nullable String key, Payload input, String queue, int priority) {
  /// The priority of runs that ask for none.
  public static final int USUAL_PRIORITY = 5;

  /// A run in the default queue, with the usual priority.
  public StartRequest(String workflow, @Nullable String key, Payload input) {
    this(workflow, key, input, QueueLimits.DEFAULT_QUEUE, USUAL_PRIORITY);
  }

  /// The same in another queue.
  public StartRequest in(String otherQueue) {
    return new StartRequest(workflow, key, input, otherQueue, priority);
  }

  /// The same with another priority.
  public StartRequest withPriority(int otherPriority) {
    return new StartRequest(workflow, key, input, queue, otherPriority);
  }
}
