package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.OverloadedException;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.StartTimeoutException;
import dev.backstitch.orchestrator.check.InvariantChecker;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/// Engines that run walks, and the clients that start them.
final class Walkers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final Walk walk = new Walk();
  private final LongAdder refusals = new LongAdder();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Orchestrator> engines = new ArrayList<>();

  private Walkers() {}

  /// Two engines.
  static Walkers on(DatabaseAddress address, OrchestratorConfig config) {
    return on(address, config, 2);
  }

  static Walkers on(DatabaseAddress address, OrchestratorConfig config, int engines) {
    Walkers walkers = new Walkers();
    try {
      for (int i = 0; i < engines; i++) {
        walkers.engines.add(
            Orchestrator.open(config, address, List.of(walkers.walk), new Settings(Map.of())));
      }
      return walkers;
    } catch (RuntimeException e) {
      walkers.close();
      throw e;
    }
  }

  Orchestrator engine(int number) {
    return engines.get(number);
  }

  /// Starts runs from several clients at once; each insists until its run is acknowledged.
  List<Future<RunId>> start(int count) {
    return startEvenly(0, count, Duration.ZERO);
  }

  /// As [#start(int)], one after the other at an even pace, whatever becomes of those before.
  ///
  /// @param first the first walker's number
  List<Future<RunId>> startEvenly(int first, int count, Duration apart) {
    List<Future<RunId>> started = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < count; i++) {
      int walker = first + i;
      long due = began + i * apart.toNanos();
      started.add(
          clients.submit(() -> {
            LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
            return insist(walker);
          }));
    }
    return started;
  }

  /// How many starts timed out or were refused, and were asked for again.
  long refusals() {
    return refusals.sum();
  }

  /// What the engines have written so far.
  Written written() {
    return engines.stream()
        .map(Orchestrator::metrics)
        .map(metrics -> new Written(metrics.eventsRecorded(), metrics.flushes()))
        .reduce(new Written(0, 0), Written::plus);
  }

  /// @param flushes how many flushes the events came in
  record Written(long events, long flushes) {
    Written plus(Written other) {
      return new Written(events + other.events, flushes + other.flushes);
    }

    Written minus(Written earlier) {
      return new Written(events - earlier.events, flushes - earlier.flushes);
    }

    double eventsPerFlush() {
      return (double) events / flushes;
    }
  }

  private RunId insist(int walker) {
    StartRequest request =
        new StartRequest("walk", "walker " + walker, Payload.ofJson("\"" + walker + "\""));
    while (true) {
      try {
        return engines.get(walker % engines.size()).start(request).runId();
      } catch (StartTimeoutException | OverloadedException e) {
        // As a client over HTTP would after 503 or 429: the same again.
        refusals.increment();
        assertThat(e).hasMessageNotContaining("STUCK");
      }
    }
  }

  /// Every run is completed, every step was taken, and the database holds all invariants.
  void assertAllArrived(List<Future<RunId>> started, DataSource database) throws Exception {
    for (Future<RunId> run : started) {
      RunId id = run.get();
      Optional<RunResult> result = engines.getFirst().result(id, PATIENCE);
      assertThat(result)
          .as(() -> "run %s: %s".formatted(id, engines.getFirst().describe(id)))
          .containsInstanceOf(RunResult.Completed.class);
    }
    assertThat(walk.different()).isGreaterThanOrEqualTo(started.size() * Walk.STEPS);
    assertThat(InvariantChecker.on(database).check().violated()).isEmpty();
  }

  /// No step was taken twice, and no engine was taken for dead.
  void assertEverythingOnceByTheSameWorkers(DataSource database) throws SQLException {
    assertThat(walk.repeated()).as("steps taken twice").isZero();
    assertThat(
            Rows.of(
                database, "select end_reason from backstitch.worker where ended_at is not null"))
        .as("workers taken for dead")
        .isEmpty();
  }

  @Override
  public void close() {
    engines.forEach(Orchestrator::close);
    clients.shutdownNow();
  }
}
