package dev.backstitch.orchestrator.checkpoint;

import java.time.Duration;

/// What lanes have spent their time on, and how much they wrote at once, since they began.
///
/// A lane has no timer: what it takes is what is queued when it comes back from the flush before.
/// So there is no time in which it holds something back, and the three times are all there is.
///
/// @param lanes how many lanes these are
/// @param waiting with nothing queued
/// @param writing from the encoding of a batch until the database has answered, retries and their
///   pauses included
/// @param telling runs that their checkpoints are durable
/// @param checkpoints how many of them a flush carried
/// @param events how many rows of history a flush appended
public record LaneMetrics(
    int lanes,
    Duration waiting,
    Duration writing,
    Duration telling,
    FlushSizes checkpoints,
    FlushSizes events) {

  /// Of no lane.
  public static LaneMetrics none() {
    return new LaneMetrics(
        0, Duration.ZERO, Duration.ZERO, Duration.ZERO, FlushSizes.none(), FlushSizes.none());
  }

  /// Those of these lanes and of others together.
  public LaneMetrics plus(LaneMetrics others) {
    return new LaneMetrics(
        lanes + others.lanes,
        waiting.plus(others.waiting),
        writing.plus(others.writing),
        telling.plus(others.telling),
        checkpoints.plus(others.checkpoints),
        events.plus(others.events));
  }

  /// What came since an earlier look at the same lanes.
  public LaneMetrics since(LaneMetrics earlier) {
    return new LaneMetrics(
        lanes,
        waiting.minus(earlier.waiting),
        writing.minus(earlier.writing),
        telling.minus(earlier.telling),
        checkpoints.since(earlier.checkpoints),
        events.since(earlier.events));
  }
}
