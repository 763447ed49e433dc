package dev.backstitch.loadtest.meter;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/// Shows what an engine and its database have used up so far. Thread-safe.
public final class Meter {
  private final Jdbi database;
  private final List<Long> engineProcesses;

  private Meter(Jdbi database, List<Long> engineProcesses) {
    this.database = database;
    this.engineProcesses = List.copyOf(engineProcesses);
  }

  /// For an engine in this process.
  ///
  /// @param database whose rows are counted; the rest is the whole server's
  public static Meter inProcess(DataSource database) {
    return new Meter(Jdbi.create(database), List.of(ProcessHandle.current().pid()));
  }

  /// For an engine in these processes. Each is counted with everything it starts, except for the
  /// database's server. This one, if it is among them, is counted alone: what it has started is
  /// named, or is no engine.
  ///
  /// @throws IllegalArgumentException if there are none
  public static Meter of(DataSource database, List<Long> engineProcesses) {
    return new Meter(Jdbi.create(database), some(engineProcesses));
  }

  /// The same over one connection, which whoever has opened it closes. No session begins or ends
  /// for a reading then: that costs some milliseconds, and those of a session that has ended are
  /// known less exactly.
  ///
  /// @throws IllegalArgumentException if there are no processes
  public static Meter of(Connection database, List<Long> engineProcesses) {
    return new Meter(Jdbi.create(database), some(engineProcesses));
  }

  /// What is shown now.
  public Reading read() {
    return database.withHandle(handle -> {
      Optional<Long> server = MeterStore.server(handle);
      return new Reading(
          System.nanoTime(),
          engine(server),
          server.map(process -> ProcessorTime.ofFamily(process, Set.of())),
          MeterStore.counters(handle));
    });
  }

  private static List<Long> some(List<Long> engineProcesses) {
    if (engineProcesses.isEmpty()) {
      throw new IllegalArgumentException("an engine has at least one process");
    }
    return engineProcesses;
  }

  private Duration engine(Optional<Long> server) {
    Set<Long> notEngine = server.map(ProcessorTime::family).orElse(Set.of());
    return engineProcesses.stream()
        .map(process -> isThis(process) ? own(process) : ProcessorTime.ofFamily(process, notEngine))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static boolean isThis(long process) {
    return process == ProcessHandle.current().pid();
  }

  private static Duration own(long process) {
    return ProcessorTime.of(process).map(ProcessorTime::own).orElse(Duration.ZERO);
  }
}
