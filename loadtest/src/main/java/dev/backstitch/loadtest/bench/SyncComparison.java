package dev.backstitch.loadtest.bench;

import dev.backstitch.activities.GitHubModule;
import dev.backstitch.loadtest.original.OriginalPoller;
import dev.backstitch.loadtest.original.OriginalRun;
import dev.backstitch.loadtest.original.Way;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.sync.SyncReport;
import dev.backstitch.loadtest.sync.SyncScenarios;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A sync of the simulated class, ours beside the original's way: the same students, the same
/// latencies, each on a simulator of its own, one after the other in one process.
public final class SyncComparison {
  private static final int CHANGED = 10;

  /// A small class that is synced first and not counted, so that no figure holds the loading of
  /// code.
  private static final int WARM_UP = 20;

  private final SimulatorConfig config;
  private final Consumer<Row> whenMeasured;

  /// One measured sync.
  ///
  /// @param way who synced: `backstitch`, `serial` or `threads-8`
  /// @param scenario `cold`, `ten-changed` or `idle`
  /// @param seconds from the wish to its end
  public record Row(
      String way, String scenario, long requests, long points, long commits, double seconds) {}

  /// @param whenMeasured told each row as soon as it is there
  public SyncComparison(SimulatorConfig config, Consumer<Row> whenMeasured) {
    this.config = config;
    this.whenMeasured = whenMeasured;
  }

  /// Measures everything.
  ///
  /// @param database a migrated one
  /// @throws IOException if the original's way can't reach its simulator
  public List<Row> run(DatabaseAddress database) throws IOException, InterruptedException {
    ours(database, config.withStudents(WARM_UP), new ArrayList<>(), _ -> {});
    List<Row> rows = new ArrayList<>();
    ours(database, config, rows, whenMeasured);
    original(Way.THREADS_WITH_SKIP, "threads-8", rows);
    original(Way.SERIAL, "serial", rows);
    return rows;
  }

  private static void ours(
      DatabaseAddress database, SimulatorConfig config, List<Row> rows, Consumer<Row> told) {
    try (GitHubSimulator simulator = GitHubSimulator.start(config);
        Orchestrator orchestrator =
            Orchestrator.open(
                OrchestratorConfig.defaults(),
                database,
                List.of(new GitHubModule()),
                SyncScenarios.settings(simulator))) {
      SyncScenarios scenarios = new SyncScenarios(orchestrator, simulator, _ -> {});
      add(rows, told, ours(scenarios.cold()));
      add(rows, told, ours(scenarios.tenChanged()));
      add(rows, told, ours(scenarios.idle()));
    }
  }

  private void original(Way way, String name, List<Row> rows)
      throws IOException, InterruptedException {
    try (GitHubSimulator simulator = GitHubSimulator.start(config)) {
      OriginalPoller poller = new OriginalPoller(simulator);
      add(rows, whenMeasured, original(name, "cold", poller, way));
      simulator.world().pushProgress(CHANGED);
      add(rows, whenMeasured, original(name, "ten-changed", poller, way));
      add(rows, whenMeasured, original(name, "idle", poller, way));
      poller.takeKnownViolations();
    }
  }

  private static Row ours(SyncReport report) {
    return new Row(
        "backstitch",
        report.scenario(),
        report.requests(),
        report.points(),
        report.commits(),
        report.seconds());
  }

  private static Row original(String name, String scenario, OriginalPoller poller, Way way)
      throws IOException, InterruptedException {
    OriginalRun run = poller.run(way);
    return new Row(
        name, scenario, run.requests(), run.points(), run.commits(), run.took().toNanos() / 1e9);
  }

  private static void add(List<Row> rows, Consumer<Row> told, Row row) {
    rows.add(row);
    told.accept(row);
  }
}
