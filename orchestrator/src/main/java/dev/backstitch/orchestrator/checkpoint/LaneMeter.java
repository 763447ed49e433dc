package dev.backstitch.orchestrator.checkpoint;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/// Counts what one lane does. Written by the lane's thread, read by any; allocates nothing but when
/// it is read, because every flush passes here.
final class LaneMeter {
  private final AtomicLong waitingNanos = new AtomicLong();
  private final AtomicLong writingNanos = new AtomicLong();
  private final AtomicLong tellingNanos = new AtomicLong();
  private final AtomicLongArray checkpoints = new AtomicLongArray(FlushSizes.BORDERS);
  private final AtomicLongArray events = new AtomicLongArray(FlushSizes.BORDERS);

  /// Of the batch in hand. The lane's own.
  private long toldNanos;

  void waited(long nanos) {
    waitingNanos.addAndGet(nanos);
  }

  /// @param nanos with a batch, from when it was taken; what was spent on telling is in it
  void worked(long nanos) {
    writingNanos.addAndGet(nanos - toldNanos);
    tellingNanos.addAndGet(toldNanos);
    toldNanos = 0;
  }

  void told(long nanos) {
    toldNanos += nanos;
  }

  void flushed(int newCheckpoints, int newEvents) {
    checkpoints.incrementAndGet(FlushSizes.indexOf(newCheckpoints));
    events.incrementAndGet(FlushSizes.indexOf(newEvents));
  }

  LaneMetrics read() {
    return new LaneMetrics(
        1,
        Duration.ofNanos(waitingNanos.get()),
        Duration.ofNanos(writingNanos.get()),
        Duration.ofNanos(tellingNanos.get()),
        sizes(checkpoints),
        sizes(events));
  }

  private static FlushSizes sizes(AtomicLongArray counts) {
    return new FlushSizes(IntStream.range(0, FlushSizes.BORDERS).mapToObj(counts::get).toList());
  }
}
