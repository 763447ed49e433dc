package dev.backstitch.loadtest.load.stage;

import dev.backstitch.activities.GitHubModule;
import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.loadtest.load.workload.LoadModule;
import dev.backstitch.loadtest.meter.Meter;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.checkpoint.LaneMetrics;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An engine that is ready for load.
///
/// @param target how it is spoken to
/// @param meter shows its processor time and the database's costs
/// @param here the engine if it is in this process, null otherwise
/// @param parts what ends with it, in this order
public record Engine(
    Target target, Meter meter, @Nullable Orchestrator here, List<? extends AutoCloseable> parts)
    implements AutoCloseable {

  private static final ServedTarget.Patience PATIENCE =
      new ServedTarget.Patience(Duration.ofSeconds(40), Duration.ofSeconds(20));

  /// Copies the list.
  public Engine {
    parts = List.copyOf(parts);
  }

  /// Whether this process's heap is its heap.
  public boolean inThisProcess() {
    return here != null;
  }

  /// What its lanes did until now, if it is in this process.
  public Optional<LaneMetrics> lanes() {
    return Optional.ofNullable(here).map(engine -> engine.metrics().lanes());
  }

  /// What every engine under load runs.
  static List<WorkflowModule> modules() {
    return List.of(new LoadModule(), new GitHubModule());
  }

  /// The limits of every engine under load: the usual ones.
  static OrchestratorConfig config() {
    return OrchestratorConfig.defaults().withBuild("load");
  }

  /// Opens one in this process.
  ///
  /// @param settings what its modules may be told
  public static Engine inProcess(LoadDatabase database, Map<String, String> settings) {
    Orchestrator engine =
        Orchestrator.open(config(), database.address(), modules(), new Settings(settings));
    return new Engine(
        new EngineTarget(engine), Meter.inProcess(database.dataSource()), engine, List.of(engine));
  }

  /// Starts server processes, spoken to in turns.
  ///
  /// @param settings what their modules may be told
  /// @param halt the wish to end early: then nobody waits for them
  /// @throws HaltedException if that is wished for before they serve
  public static Engine served(
      LoadDatabase database, int workers, Map<String, String> settings, Halt halt)
      throws InterruptedException {
    WorkerProcesses processes = WorkerProcesses.start(database, workers, settings, halt);
    try {
      List<URI> servers = processes.awaitAddresses();
      ServedTarget target = new ServedTarget(() -> servers, PATIENCE);
      Meter meter = Meter.of(database.dataSource(), processes.pids());
      return new Engine(target, meter, null, List.of(target, processes));
    } catch (RuntimeException | InterruptedException e) {
      processes.close();
      throw e;
    }
  }

  @Override
  public void close() {
    RuntimeException trouble = null;
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        if (trouble == null) {
          trouble = new IllegalStateException("an engine could not be closed", e);
        } else {
          trouble.addSuppressed(e);
        }
      }
    }
    if (trouble != null) {
      throw trouble;
    }
  }
}
