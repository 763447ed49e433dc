package dev.backstitch.loadtest.load.arrival;

import org.HdrHistogram.AbstractHistogram;

/// Latencies as a row of a report. Zeros if there are none.
///
/// @param count how many there are
/// @param p50Millis half of them are not above this, and so on
public record Latency(
    long count,
    double meanMillis,
    double p50Millis,
    double p90Millis,
    double p99Millis,
    double p999Millis,
    double maxMillis) {
  private static final double MICROS_PER_MILLI = 1_000;

  /// Of a histogram in microseconds.
  static Latency ofMicros(AbstractHistogram micros) {
    return new Latency(
        micros.getTotalCount(),
        micros.getTotalCount() == 0 ? 0 : micros.getMean() / MICROS_PER_MILLI,
        at(micros, 50),
        at(micros, 90),
        at(micros, 99),
        at(micros, 99.9),
        micros.getMaxValue() / MICROS_PER_MILLI);
  }

  private static double at(AbstractHistogram micros, double percentile) {
    return micros.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
  }
}
