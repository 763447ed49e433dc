package dev.backstitch.orchestrator.config;

/// A queue that a process serves, with its own room.
///
/// @param name 1 to 100 characters: lower-case letters, digits, `-` and `.`
/// @param runsInMemory how many runs of it stay in memory, 1 to 10,000,000; the quietest are parked
public record QueueLimits(String name, int runsInMemory) {
  /// Where runs go that name no queue.
  public static final String DEFAULT_QUEUE = "default";

  private static final int USUAL_ROOM = 100_000;

  /// @throws IllegalArgumentException naming the component and its range
  public QueueLimits {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a queue's name has 1 to 100 lower-case letters, digits, '-' and '.', was '"
              + name
              + "'");
    }
    if (runsInMemory < 1 || runsInMemory > 10_000_000) {
      throw new IllegalArgumentException("runsInMemory must be 1 to 10000000, was " + runsInMemory);
    }
  }

  /// A queue with the usual room of 100,000 runs.
  public static QueueLimits of(String name) {
    return new QueueLimits(name, USUAL_ROOM);
  }

  /// Whether a queue may be called so.
  public static boolean isName(String name) {
    return name.matches("[a-z0-9.-]{1,100}");
  }

  /// The same with another room.
  public QueueLimits withRunsInMemory(int newRunsInMemory) {
    return new QueueLimits(name, newRunsInMemory);
  }
}
