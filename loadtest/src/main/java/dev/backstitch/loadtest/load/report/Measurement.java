package dev.backstitch.loadtest.load.report;

import dev.backstitch.loadtest.chaos.ChaosSummary;
import dev.backstitch.loadtest.load.arrival.Latency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One measurement, as it is written to `report.json`.
///
/// @param scenario its name
/// @param label what tells it from the others of its scenario, such as `64 in flight`
/// @param command what measures this alone again
/// @param latencyFrom what the latencies are counted from and to
/// @param costs null if nothing was done, or other things were done beside it
/// @param waiting runs that waited, where that was measured
/// @param runsBySecond how many runs had ended in each whole second
/// @param failures what some of the failures were
/// @param chaos what was broken meanwhile, and what came of it; null if nothing was
public record Measurement(
    String scenario,
    String label,
    String command,
    Conditions conditions,
    Volume volume,
    String latencyFrom,
    Latency latency,
    @Nullable Costs costs,
    @Nullable Waiting waiting,
    List<Long> runsBySecond,
    List<String> failures,
    @Nullable ChaosSummary chaos) {

  /// Copies the lists.
  public Measurement {
    runsBySecond = List.copyOf(runsBySecond);
    failures = List.copyOf(failures);
  }

  /// Whether everything that was begun succeeded.
  public boolean isClean() {
    return volume.failed() == 0 && volume.unfinished() == 0 && (chaos == null || chaos.isClean());
  }

  /// Under which conditions it was measured.
  ///
  /// @param engine `in-process` or `server`
  /// @param workers how many server processes; 0 in process
  /// @param rate runs per second in an open loop, null in a closed one
  /// @param inFlight clients of a closed loop, the most runs at a time of an open one
  /// @param stepsPerRun durable steps of each run
  /// @param payloadBytes what a step carries in and out
  /// @param atEvent how long the histories were when the measurement began, where that matters
  public record Conditions(
      String engine,
      int workers,
      @Nullable Double rate,
      int inFlight,
      int stepsPerRun,
      int payloadBytes,
      @Nullable Integer atEvent) {

    /// The same with histories of that length.
    public Conditions at(int event) {
      return new Conditions(engine, workers, rate, inFlight, stepsPerRun, payloadBytes, event);
    }
  }

  /// How much was done.
  ///
  /// @param seconds from the beginning to the last success
  /// @param notBegun wished for in an open loop, and could not begin in time
  /// @param unfinished begun, and not ended within the time for that
  public record Volume(
      double seconds,
      long runs,
      long failed,
      long notBegun,
      long unfinished,
      long steps,
      double runsPerSecond,
      double stepsPerSecond) {

    /// Of counts; speeds are 0 if no time has passed.
    public static Volume of(double seconds, long runs, long steps, Misses misses) {
      return new Volume(
          seconds,
          runs,
          misses.failed(),
          misses.notBegun(),
          misses.unfinished(),
          steps,
          seconds > 0 ? runs / seconds : 0,
          seconds > 0 ? steps / seconds : 0);
    }
  }

  /// What did not succeed, as in [Volume].
  public record Misses(long failed, long notBegun, long unfinished) {
    /// Nothing.
    public static final Misses NONE = new Misses(0, 0, 0);
  }

  /// Runs that waited.
  ///
  /// @param heapBytesPerRun what they added to the heap after a full collection; null where the
  ///   engine is another process
  public record Waiting(long runs, @Nullable Double heapBytesPerRun) {}
}
