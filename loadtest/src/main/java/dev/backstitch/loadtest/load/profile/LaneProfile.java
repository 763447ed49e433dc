package dev.backstitch.loadtest.load.profile;

import dev.backstitch.orchestrator.checkpoint.FlushSizes;
import dev.backstitch.orchestrator.checkpoint.LaneMetrics;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// What the engine's lanes spent the time of one measurement on, and how much they wrote at once.
///
/// A lane has no timer that makes it wait for more: what it takes is what is queued.
///
/// @param lanes how many
/// @param waitingShare of their time with nothing queued, 0 to 1
/// @param writingShare from the encoding of a batch until the database has answered
/// @param tellingShare telling runs that their checkpoints are durable
/// @param checkpoints how many flushes carried how many checkpoints
/// @param events how many flushes appended how many rows of history
public record LaneProfile(
    int lanes,
    double waitingShare,
    double writingShare,
    double tellingShare,
    List<Size> checkpoints,
    List<Size> events) {

  /// Copies the lists.
  public LaneProfile {
    checkpoints = List.copyOf(checkpoints);
    events = List.copyOf(events);
  }

  /// Flushes of about one size: more than half of `atMost`.
  ///
  /// @param share of all flushes, 0 to 1
  public record Size(int atMost, long flushes, double share) {}

  static LaneProfile of(LaneMetrics metrics) {
    Duration all = metrics.waiting().plus(metrics.writing()).plus(metrics.telling());
    return new LaneProfile(
        metrics.lanes(),
        share(metrics.waiting(), all),
        share(metrics.writing(), all),
        share(metrics.telling(), all),
        sizes(metrics.checkpoints()),
        sizes(metrics.events()));
  }

  private static double share(Duration part, Duration all) {
    return all.isZero() ? 0 : (double) part.toNanos() / all.toNanos();
  }

  private static List<Size> sizes(FlushSizes flushes) {
    return IntStream.range(0, FlushSizes.BORDERS)
        .filter(i -> flushes.counts().get(i) > 0)
        .mapToObj(i ->
            new Size(
                FlushSizes.border(i),
                flushes.counts().get(i),
                (double) flushes.counts().get(i) / flushes.flushes()))
        .toList();
  }
}
