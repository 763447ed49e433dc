package dev.backstitch.loadtest.load.stage;

import dev.backstitch.loadtest.load.arrival.Halt;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The server processes of one engine. They start and end side by side, so that several take no
/// longer than one where there are processors for them.
final class WorkerProcesses implements AutoCloseable {
  private static final Duration STOP = Duration.ofSeconds(20);

  /// The same when everything is to end: nobody will miss what is lost with the database.
  private static final Duration HASTY_STOP = Duration.ofSeconds(1);

  private final List<WorkerProcess> processes = new ArrayList<>();
  private final Halt halt;

  private WorkerProcesses(Halt halt) {
    this.halt = halt;
  }

  /// Starts so many.
  ///
  /// @param settings what their modules may be told
  static WorkerProcesses start(
      LoadDatabase database, int workers, Map<String, String> settings, Halt halt) {
    WorkerProcesses started = new WorkerProcesses(halt);
    try {
      for (int i = 0; i < workers; i++) {
        started.processes.add(WorkerProcess.start(database, settings));
      }
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  List<Long> pids() {
    return processes.stream().map(WorkerProcess::pid).toList();
  }

  /// Waits until all of them serve, and tells where.
  ///
  /// @throws HaltedException if everything is to end before that
  /// @throws IllegalStateException if one ends instead, or takes too long; with what it said
  List<URI> awaitAddresses() throws InterruptedException {
    List<URI> addresses = new ArrayList<>();
    for (WorkerProcess process : processes) {
      addresses.add(process.awaitAddress(halt));
    }
    return List.copyOf(addresses);
  }

  /// Ends all of them in good order; kills those that take too long.
  @Override
  public void close() {
    long until = System.nanoTime() + (halt.isRequested() ? HASTY_STOP : STOP).toNanos();
    try {
      processes.forEach(WorkerProcess::end);
    } finally {
      for (WorkerProcess process : processes) {
        process.awaitEnd(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
      }
    }
  }
}
