package dev.backstitch.loadtest.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// A line of the table: what one engine did in one workload, the median of its rounds.
///
/// @param inFlight how many runs were open at a time; null where the workload has a number of its
///   own: `long-history`, `recovery`, `waiting`
/// @param unit of `median`, `min` and `max`
/// @param ratio Backstitch's figure by this engine's: what they did in the same round, the median
///   of all rounds; null where Backstitch did not take part or there is nothing to divide by
/// @param cpuMicrosPerStep processor time of engine, clients and database together
/// @param engineMicrosPerStep the part of engine and clients
/// @param walBytesPerStep write-ahead log; engines that keep a log of their own write it elsewhere
/// @param p50Millis of a run, from its start to its end as its client sees it; 0 where nobody
///   waits, as all costs are 0 where there is no step
public record Row(
    String workload,
    @Nullable Integer inFlight,
    String engine,
    String unit,
    double median,
    double min,
    double max,
    @Nullable Double ratio,
    double cpuMicrosPerStep,
    double engineMicrosPerStep,
    double walBytesPerStep,
    double p50Millis,
    double p99Millis) {

  /// What is measured: one figure of one engine at one point.
  record Subject(Point point, Contender contender, String unit) {}

  /// Of all rounds.
  ///
  /// @param ours Backstitch's, round by round; empty if it did not take part
  /// @throws IllegalArgumentException if there was no round
  static Row of(Subject subject, List<Measurement> rounds, List<Measurement> ours) {
    return new Row(
        subject.point().workload().label(),
        subject.point().measuredInFlight(),
        subject.contender().label(),
        subject.unit(),
        median(rounds, Measurement::value),
        rounds.stream().mapToDouble(Measurement::value).min().orElseThrow(),
        rounds.stream().mapToDouble(Measurement::value).max().orElseThrow(),
        ratio(rounds, ours),
        median(rounds, Measurement::cpuMicrosPerStep),
        median(rounds, Measurement::engineMicrosPerStep),
        median(rounds, Measurement::walBytesPerStep),
        median(rounds, Measurement::p50Millis),
        median(rounds, Measurement::p99Millis));
  }

  private static @Nullable Double ratio(List<Measurement> rounds, List<Measurement> ours) {
    if (ours.isEmpty() || rounds.stream().anyMatch(round -> round.value() == 0)) {
      return null;
    }
    if (ours.size() != rounds.size()) {
      throw new IllegalArgumentException(
          "%d rounds can't be put beside %d".formatted(rounds.size(), ours.size()));
    }
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      ratios.add(ours.get(i).value() / rounds.get(i).value());
    }
    return median(ratios);
  }

  private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> figure) {
    return median(rounds.stream().map(figure::applyAsDouble).toList());
  }

  /// The middle one; of an even number the lower middle one, so that it is one that was measured.
  private static double median(List<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    List<Double> sorted = figures.stream().sorted().toList();
    return sorted.get((sorted.size() - 1) / 2);
  }
}
