package dev.backstitch.loadtest.cells;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What so many cells did together. Written as JSON with these members.
///
/// @param load `held` at a rate, or `flat-out`
/// @param offeredRunsPerSecond to all cells together; null flat out
/// @param seconds from the beginning to the last run's end
/// @param notDone runs that failed, could not begin in time, or had not ended a minute later
/// @param cpuSecondsPerThousandSteps of all cells' servers and databases; null if nothing was done
/// @param eachCell what each of them did
public record CellsRow(
    int cells,
    String load,
    @Nullable Double offeredRunsPerSecond,
    double seconds,
    double runsPerSecond,
    double stepsPerSecond,
    double p50Millis,
    double p99Millis,
    long notDone,
    @Nullable Double cpuSecondsPerThousandSteps,
    List<Each> eachCell) {

  /// Copies the list.
  public CellsRow {
    eachCell = List.copyOf(eachCell);
  }

  /// What one cell did.
  ///
  /// @param engineCpuSecondsPerThousandSteps of its server process; null if it did nothing
  /// @param databaseCpuSecondsPerThousandSteps of its PostgreSQL; null if it did nothing
  public record Each(
      String cell,
      long runs,
      double stepsPerSecond,
      @Nullable Double engineCpuSecondsPerThousandSteps,
      @Nullable Double databaseCpuSecondsPerThousandSteps) {}
}
