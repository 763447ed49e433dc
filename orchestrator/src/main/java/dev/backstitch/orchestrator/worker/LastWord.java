package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.Checkpoint;
import dev.backstitch.orchestrator.run.RunId;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears what became of the last checkpoint of a run whose rows were refused, which marks it as
/// stuck: whatever else it had to say is withdrawn.
final class LastWord implements Checkpoint.Listener {
  private static final Logger log = LoggerFactory.getLogger(LastWord.class);

  private final LoadedRun run;
  private final RunServices services;
  private final String problem;

  /// @param problem why the run's rows were refused
  LastWord(LoadedRun run, RunServices services, String problem) {
    this.run = run;
    this.services = services;
    this.problem = problem;
  }

  @Override
  public boolean withdrawn() {
    return run.isDropped();
  }

  @Override
  public void durable() {
    log.error("event=run_stuck run={} reason=\"{}\"", run.id(), problem);
    services.gone().accept(run);
    run.drop();
    services.observer().left(run.id());
  }

  @Override
  public void lost(Optional<RunId> holder) {
    throw new IllegalStateException("run " + run.id() + " has no start to lose");
  }

  @Override
  public void refused(String refusal) {
    // It was terminated, which is why its rows were refused before, or it is not ours otherwise.
    log.info("event=run_ended_elsewhere run={}", run.id());
    log.debug("event=run_not_marked_stuck run={} reason=\"{}\"", run.id(), refusal);
    services.gone().accept(run);
    run.drop();
    services.observer().left(run.id());
  }
}
