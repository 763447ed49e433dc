package dev.backstitch.loadtest.load.report;

import dev.backstitch.loadtest.meter.Cost;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a measurement cost.
///
/// Processor times, write-ahead log and writing transactions are those of the measured part. Rows
/// and transactions are those of the engine's whole life, warm-up and idling included, by all steps
/// it did, and so is what is stored: PostgreSQL's sessions tell them exactly only when they end.
///
/// @param engineCpuSeconds of this process with the load's clients, or of the server processes
/// @param databaseCpuSeconds of all processes of the PostgreSQL server; null if it can't be known
/// @param rowsPerStep inserted, updated and deleted rows
/// @param storedBytesPerStep by how much the database grew on disk, indexes included
/// @param transactionsPerStep all of them, what only reads included, as clients do who wait
public record Costs(
    double engineCpuSeconds,
    @Nullable Double databaseCpuSeconds,
    double engineCpuSecondsPerThousandSteps,
    @Nullable Double databaseCpuSecondsPerThousandSteps,
    double walBytesPerStep,
    double rowsPerStep,
    double storedBytesPerStep,
    double transactionsPerStep,
    double writingTransactionsPerStep) {
  private static final double THOUSAND = 1_000;

  /// Work and how many steps it was.
  ///
  /// @param steps at least 1
  public record Work(Cost cost, long steps) {}

  /// Divides both by their steps.
  ///
  /// @param measured the measured part
  /// @param whole the engine's whole life
  public static Costs of(Work measured, Work whole) {
    Cost cost = measured.cost();
    double steps = measured.steps();
    Double database = cost.database().map(Costs::seconds).orElse(null);
    return new Costs(
        seconds(cost.engine()),
        database,
        seconds(cost.engine()) * THOUSAND / steps,
        database == null ? null : database * THOUSAND / steps,
        cost.walBytes() / steps,
        (double)
                (whole.cost().rows().inserted()
                    + whole.cost().rows().updated()
                    + whole.cost().rows().deleted())
            / whole.steps(),
        (double) whole.cost().storedBytes() / whole.steps(),
        (double) whole.cost().transactions() / whole.steps(),
        cost.writers() / steps);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
