package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.Checkpoint;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.run.RunId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Hears from the lane what became of one checkpoint of a loaded run, and starts what waited for
/// it.
///
/// @param waiting what starts when it is durable
/// @param last whether the run leaves memory with it
/// @param closing the run's last event, if this checkpoint closes it
record Ack(
    LoadedRun run,
    RunServices services,
    Launches.Waiting waiting,
    boolean last,
    @Nullable Event closing)
    implements Checkpoint.Listener {

  @Override
  public boolean withdrawn() {
    return run.isDropped() || run.isRefused();
  }

  @Override
  public void durable() {
    if (run.isDropped()) {
      return;
    }
    run.startIsDurable();
    if (last) {
      services.gone().accept(run);
      run.drop();
      if (closing != null) {
        services.observer().ended(run.id(), closing);
      } else {
        services.observer().left(run.id());
      }
    } else {
      services.activities().submit(waiting.attempts());
      waiting.facts().forEach(run::deliver);
      services.observer().recorded(run.id());
    }
  }

  @Override
  public void lost(Optional<RunId> holder) {
    run.lostKey(holder);
  }

  @Override
  public void refused(String problem) {
    run.refuse(problem);
  }
}
