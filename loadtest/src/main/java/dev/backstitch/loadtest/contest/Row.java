package dev.backstitch.loadtest.contest;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// A line of the table: what one engine did in one workload, the median of its rounds.
///
/// @param unit of `median`, `min` and `max`
/// @param cpuMicrosPerStep processor time of engine, clients and database together
/// @param engineMicrosPerStep the part of engine and clients
/// @param walBytesPerStep write-ahead log; engines that keep a log of their own write it elsewhere
/// @param p50Millis of a run, from its start to its end as its client sees it; 0 where nobody
///   waits, as all costs are 0 where there is no step
public record Row(
    String workload,
    String engine,
    String unit,
    double median,
    double min,
    double max,
    double cpuMicrosPerStep,
    double engineMicrosPerStep,
    double walBytesPerStep,
    double p50Millis,
    double p99Millis) {

  /// Of all rounds of one engine in one workload.
  ///
  /// @throws IllegalArgumentException if there was no round
  static Row of(Workload workload, Contender contender, List<Measurement> rounds) {
    return of(workload, workload.unit(), contender, rounds);
  }

  /// The same with a unit of its own.
  static Row of(Workload workload, String unit, Contender contender, List<Measurement> rounds) {
    return new Row(
        workload.label(),
        contender.label(),
        unit,
        median(rounds, Measurement::value),
        rounds.stream().mapToDouble(Measurement::value).min().orElseThrow(),
        rounds.stream().mapToDouble(Measurement::value).max().orElseThrow(),
        median(rounds, Measurement::cpuMicrosPerStep),
        median(rounds, Measurement::engineMicrosPerStep),
        median(rounds, Measurement::walBytesPerStep),
        median(rounds, Measurement::p50Millis),
        median(rounds, Measurement::p99Millis));
  }

  /// The middle one; of an even number the lower middle one, so that it is one that was measured.
  private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    List<Double> sorted =
        rounds.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    return sorted.get((sorted.size() - 1) / 2);
  }
}
