package dev.backstitch.loadtest.load;

import dev.backstitch.loadtest.chaos.ChaosSummary;
import dev.backstitch.loadtest.load.arrival.Latency;
import dev.backstitch.loadtest.load.report.Costs;
import dev.backstitch.loadtest.load.report.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A measurement as lines for a person.
final class LoadText {
  private static final double MICROS_PER_MILLI = 1_000;

  private LoadText() {}

  static List<String> of(Measurement measurement) {
    List<String> lines = new ArrayList<>();
    lines.add(measurement.scenario() + ", " + measurement.label());
    Measurement.Volume volume = measurement.volume();
    lines.add(
        String.format(
            Locale.ROOT,
            "  %,d runs in %.2f s: %,.0f runs/s, %,.0f steps/s",
            volume.runs(),
            volume.seconds(),
            volume.runsPerSecond(),
            volume.stepsPerSecond()));
    Latency latency = measurement.latency();
    if (latency.count() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  latency p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.2f ms",
              latency.p50Millis(),
              latency.p90Millis(),
              latency.p99Millis(),
              latency.p999Millis(),
              latency.maxMillis()));
    }
    Costs costs = measurement.costs();
    if (costs != null) {
      lines.add(cost(costs));
    }
    Measurement.Waiting waiting = measurement.waiting();
    if (waiting != null && waiting.heapBytesPerRun() != null) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %,d waiting runs, %,.0f bytes of heap each",
              waiting.runs(),
              waiting.heapBytesPerRun()));
    }
    ChaosSummary chaos = measurement.chaos();
    if (chaos != null) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  killed %d, frozen %d, cut off %d; lost %d, repeated %d, violations %d",
              chaos.kills(),
              chaos.freezes(),
              chaos.partitions(),
              chaos.lost(),
              chaos.repeated(),
              chaos.violations()));
      chaos
          .takeoverMillis()
          .forEach((fault, recovery) ->
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "  recovery after a %s: median %d, longest %d ms",
                      fault,
                      recovery.median(),
                      recovery.max())));
    }
    if (volume.failed() + volume.notBegun() + volume.unfinished() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %,d failed, %,d not begun in time, %,d unfinished",
              volume.failed(),
              volume.notBegun(),
              volume.unfinished()));
      measurement.failures().forEach(failure -> lines.add("  failed: " + failure));
    }
    return lines;
  }

  /// Seconds per thousand are milliseconds per one.
  private static String cost(Costs costs) {
    Double database = costs.databaseCpuSecondsPerThousandSteps();
    return String.format(
        Locale.ROOT,
        "  per step: engine %.1f µs, database %s µs of CPU; %.0f bytes of WAL, %.0f stored,"
            + " %.2f rows, %.3f transactions (%.3f writing)",
        costs.engineCpuSecondsPerThousandSteps() * MICROS_PER_MILLI,
        database == null ? "?" : String.format(Locale.ROOT, "%.1f", database * MICROS_PER_MILLI),
        costs.walBytesPerStep(),
        costs.storedBytesPerStep(),
        costs.rowsPerStep(),
        costs.transactionsPerStep(),
        costs.writingTransactionsPerStep());
  }
}
