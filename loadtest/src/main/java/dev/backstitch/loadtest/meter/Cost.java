package dev.backstitch.loadtest.meter;

import java.time.Duration;
import java.util.Optional;

/// What a piece of work cost.
///
/// @param wall from the first reading to the second
/// @param engine processor time of the engine's processes; in process, that of whoever drives the
///   engine too
/// @param database processor time of all the server's processes; empty if it is on another machine
/// @param walBytes how far the write-ahead log went
/// @param writers transactions that wrote, exact
/// @param transactions all of them, in this database
/// @param rows written in this database
/// @param storedBytes by how much this database's files grew, indexes included; they grow by whole
///   blocks, so only of much work does it say what a piece needs
public record Cost(
    Duration wall,
    Duration engine,
    Optional<Duration> database,
    long walBytes,
    long writers,
    long transactions,
    Rows rows,
    long storedBytes) {

  /// Engine and database together.
  public Duration processors() {
    return engine.plus(database.orElse(Duration.ZERO));
  }

  /// Processor time per piece, in microseconds.
  ///
  /// @throws IllegalArgumentException if there are no pieces
  public double cpuMicrosPer(long pieces) {
    return micros(processors(), pieces);
  }

  /// The engine's share of it.
  public double engineMicrosPer(long pieces) {
    return micros(engine, pieces);
  }

  /// The database's share of it; 0 if it is on another machine.
  public double databaseMicrosPer(long pieces) {
    return micros(database.orElse(Duration.ZERO), pieces);
  }

  /// Bytes of write-ahead log per piece.
  public double walBytesPer(long pieces) {
    return (double) walBytes / some(pieces);
  }

  /// Pieces in a second.
  public double perSecond(long pieces) {
    return some(pieces) * 1e9 / wall.toNanos();
  }

  private static double micros(Duration time, long pieces) {
    return time.toNanos() / 1e3 / some(pieces);
  }

  private static long some(long pieces) {
    if (pieces <= 0) {
      throw new IllegalArgumentException("a cost is per piece of at least one, not of " + pieces);
    }
    return pieces;
  }
}
