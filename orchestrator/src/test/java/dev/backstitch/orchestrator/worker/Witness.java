package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.Checkpoint;
import dev.backstitch.orchestrator.checkpoint.SimulatedDatabase;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.simulation.Simulation;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Stands beside the engine and writes down what workers were told and what they did to the world,
/// and compares it with the database at that very moment.
final class Witness {
  private final Simulation simulation;
  private final SimulatedDatabase database;
  private final List<String> violations = new ArrayList<>();
  private final Map<String, Integer> effects = new HashMap<>();
  private final Set<RunId> started = new HashSet<>();
  private int takeovers;
  private int flushes;
  private int doubles;

  Witness(Simulation simulation, SimulatedDatabase database) {
    this.simulation = simulation;
    this.database = database;
  }

  List<String> violations() {
    return violations;
  }

  void violated(String what) {
    violations.add(what);
    simulation.tell("VIOLATION " + what);
  }

  void takeover() {
    takeovers++;
  }

  int takeovers() {
    return takeovers;
  }

  /// How many messages were taken that the run had had before.
  int doubles() {
    return doubles;
  }

  int flushes() {
    return flushes;
  }

  /// A client was told that its run has started.
  void started(RunId run) {
    started.add(run);
    simulation.tell("run " + run + " has started");
    if (database.history(run).isEmpty()) {
      violated("the start of run " + run + " was acknowledged and is not there");
    }
  }

  Set<RunId> started() {
    return started;
  }

  // ------------------------------------------------------------------ effects

  /// An activity does what it is for.
  void effect(Effect effect, ActivityContext attempt) {
    String command = attempt.idempotencyKey();
    int before = effects.merge(command, 1, Integer::sum) - 1;
    simulation.tell(effect + " of " + command + ", attempt " + attempt.attempt());
    switch (effect) {
      case READ -> {}
      case WRITE ->
          justified(
              attempt,
              e ->
                  e instanceof Event.ActivityScheduled scheduled
                      && scheduled.ordinal() == attempt.ordinal());
      case ONCE -> {
        justified(attempt, new Event.ActivityStarted(attempt.ordinal(), attempt.attempt())::equals);
        if (before > 0) {
          violated("ONCE ran twice: " + command);
        }
      }
    }
  }

  private void justified(ActivityContext attempt, Predicate<Event> justification) {
    boolean durable =
        database.history(attempt.runId()).stream()
            .map(RecordedEvent::event)
            .anyMatch(justification);
    if (!durable) {
      violated("an effect before its reason was durable: " + attempt.idempotencyKey());
    }
  }

  int effects(RunId run, int ordinal) {
    return effects.getOrDefault(new ActivityContext(run, ordinal, 1).idempotencyKey(), 0);
  }

  // ------------------------------------------------------------------ checkpoints

  /// The checkpoint, with an ear at its listener.
  Checkpoint watched(long worker, Checkpoint checkpoint) {
    return new Checkpoint(
        checkpoint.runId(),
        checkpoint.start(),
        checkpoint.events(),
        checkpoint.taken(),
        checkpoint.change(),
        new Overheard(worker, checkpoint));
  }

  private final class Overheard implements Checkpoint.Listener {
    private final long worker;
    private final Checkpoint checkpoint;

    Overheard(long worker, Checkpoint checkpoint) {
      this.worker = worker;
      this.checkpoint = checkpoint;
    }

    @Override
    public boolean withdrawn() {
      return checkpoint.listener().withdrawn();
    }

    @Override
    public void durable() {
      flushes++;
      RunId run = checkpoint.runId();
      simulation.tell(
          worker
              + " is told of "
              + checkpoint.events().size()
              + " events of "
              + run
              + ", "
              + checkpoint.change());
      List<SimulatedDatabase.HistoryRow> rows = database.rows(run);
      for (RecordedEvent event : checkpoint.events()) {
        boolean there =
            rows.stream().anyMatch(row -> row.workerId() == worker && row.event().equals(event));
        if (!there) {
          violated("acknowledged and not there: event " + event.seq() + " of run " + run);
        }
      }
      if (checkpoint.taken().stream().anyMatch(message -> database.inbox().has(run, message))) {
        violated("taken and still there: a message to run " + run);
      }
      long messages =
          checkpoint.events().stream()
              .filter(event -> event.event() instanceof Event.MessageEvent)
              .count();
      doubles += checkpoint.taken().size() - (int) messages;
      checkpoint.listener().durable();
    }

    @Override
    public void lost(Optional<RunId> holder) {
      if (!database.history(checkpoint.runId()).isEmpty()) {
        violated("run " + checkpoint.runId() + " lost its key and is there");
      }
      checkpoint.listener().lost(holder);
    }

    @Override
    public void refused(String problem) {
      SimulatedDatabase.RunRow row = database.runs().get(checkpoint.runId());
      if (row == null || row.status() != RunStatus.TERMINATED) {
        violated(worker + " is told to blame run " + checkpoint.runId() + ": " + problem);
      }
      checkpoint.listener().refused(problem);
    }
  }
}
