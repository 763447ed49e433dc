package dev.backstitch.loadtest.meter;

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

  private Meter(DataSource database, List<Long> engineProcesses) {
    this.database = Jdbi.create(database);
    this.engineProcesses = List.copyOf(engineProcesses);
  }

  /// For an engine in this process.
  ///
  /// @param database whose rows are counted; the rest is the whole server's
  public static Meter inProcess(DataSource database) {
    return new Meter(database, List.of(ProcessHandle.current().pid()));
  }

  /// For an engine in these processes. Each is counted with everything it starts, except for the
  /// database's server. This one, if it is among them, is counted alone: what it has started is
  /// named, or is no engine.
  ///
  /// @throws IllegalArgumentException if there are none
  public static Meter of(DataSource database, List<Long> engineProcesses) {
    if (engineProcesses.isEmpty()) {
      throw new IllegalArgumentException("an engine has at least one process");
    }
    return new Meter(database, engineProcesses);
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
