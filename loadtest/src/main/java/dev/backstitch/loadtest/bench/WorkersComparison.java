package dev.backstitch.loadtest.bench;

import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// The same work done by one worker and by several on the same database, in turns.
///
/// All workers live in this process and share its processors with PostgreSQL, so what is compared
/// is what sharing a database costs, not what more machines bring.
final class WorkersComparison {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int WARM_UP_RUNS = 500;

  private final DatabaseAddress database;
  private final Load load;

  /// @param runs how many runs in one measurement
  /// @param steps of each run
  /// @param inFlight how many runs are open at a time
  record Load(int runs, int steps, int inFlight) {}

  /// @param stepsPerSecond the median of the rounds
  record Row(int workers, long stepsPerSecond, long least, long most) {}

  WorkersComparison(DatabaseAddress database, Load load) {
    this.database = database;
    this.load = load;
  }

  /// Measures every number of workers once per round.
  ///
  /// @throws IllegalStateException if a run does not complete
  List<Row> measure(List<Integer> workers, int rounds)
      throws InterruptedException, ExecutionException {
    perSecond(1, new Load(WARM_UP_RUNS, load.steps(), load.inFlight()));
    Map<Integer, List<Long>> measured = new HashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (int count : workers) {
        measured.computeIfAbsent(count, _ -> new ArrayList<>()).add(perSecond(count, load));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int count : workers) {
      List<Long> sorted = measured.getOrDefault(count, List.of()).stream().sorted().toList();
      rows.add(new Row(count, sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast()));
    }
    return rows;
  }

  private long perSecond(int workers, Load asked) throws InterruptedException, ExecutionException {
    List<Orchestrator> engines = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < workers; i++) {
        engines.add(
            Orchestrator.open(
                OrchestratorConfig.defaults(),
                database,
                List.of(new StepsModule()),
                new Settings(Map.of())));
      }
      AtomicInteger left = new AtomicInteger(asked.runs());
      long began = System.nanoTime();
      List<Future<?>> busy = new ArrayList<>();
      for (int i = 0; i < asked.inFlight(); i++) {
        Orchestrator engine = engines.get(i % workers);
        busy.add(
            clients.submit(() -> {
              while (left.getAndDecrement() > 0) {
                runOne(engine, asked.steps());
              }
            }));
      }
      for (Future<?> client : busy) {
        client.get();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return Math.round(asked.runs() * asked.steps() / seconds);
    } finally {
      engines.forEach(Orchestrator::close);
    }
  }

  private static void runOne(Orchestrator engine, int steps) {
    RunId id =
        engine
            .start(
                new StartRequest(
                    StepsModule.WORKFLOW, null, Payload.ofJson(Integer.toString(steps))))
            .runId();
    Optional<RunResult> result = engine.result(id, PATIENCE);
    if (result.isEmpty() || !(result.get() instanceof RunResult.Completed)) {
      throw new IllegalStateException("run " + id + " did not complete: " + result);
    }
  }
}
