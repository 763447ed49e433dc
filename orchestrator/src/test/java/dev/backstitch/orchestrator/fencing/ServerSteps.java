package dev.backstitch.orchestrator.fencing;

import dev.backstitch.orchestrator.fencing.World.Flush;
import dev.backstitch.orchestrator.fencing.World.Lane;
import dev.backstitch.orchestrator.fencing.World.Life;
import dev.backstitch.orchestrator.fencing.World.Phase;
import dev.backstitch.orchestrator.fencing.World.Run;
import dev.backstitch.orchestrator.fencing.World.Takeover;
import dev.backstitch.orchestrator.fencing.World.Worker;
import java.util.Objects;
import java.util.stream.Stream;

/// What the server does with a flush: lock the fence row, write, commit. It needs no client.
final class ServerSteps {
  private final Steps steps;
  private final Protocol protocol;

  ServerSteps(Steps steps, Protocol protocol) {
    this.steps = steps;
    this.protocol = protocol;
  }

  /// Whether somebody holds the worker's fence row so that a flush of it must wait.
  static boolean fenceRowIsLocked(World world, Protocol protocol, int worker) {
    Worker owner = world.workers.get(worker);
    boolean byFlush =
        protocol.fence() == Protocol.Fence.LOCKED && flushes(owner).anyMatch(Flush::isUnderWay);
    return byFlush || owner.lane == Lane.SETTLING || fenceRowIsBeingDeleted(world, worker);
  }

  /// Whether a takeover has deleted the row and not committed.
  static boolean fenceRowIsBeingDeleted(World world, int worker) {
    Takeover takeover = world.workers.get(1 - worker).takeover;
    return takeover == Takeover.DELETED_FENCE || takeover == Takeover.FREED;
  }

  static Stream<Flush> flushes(Worker worker) {
    return Stream.of(worker.current, worker.unheard).filter(Objects::nonNull);
  }

  void of(Worker worker) {
    Flush current = worker.current;
    if (current != null) {
      advance(worker, current, false);
    }
    Flush unheard = worker.unheard;
    if (unheard != null) {
      advance(worker, unheard, true);
    }
  }

  private void advance(Worker worker, Flush flush, boolean unheard) {
    switch (flush.phase()) {
      case SENT -> askForTheFence(worker, flush, unheard);
      case ALLOWED -> write(worker, flush, unheard);
      case WRITTEN -> commit(worker, flush, unheard);
      case COMMITTED, NO_FENCE, REFUSED, LOST -> {}
    }
  }

  private void askForTheFence(Worker worker, Flush flush, boolean unheard) {
    boolean waits =
        protocol.fence() == Protocol.Fence.LOCKED
            && fenceRowIsLocked(steps.from(), protocol, worker.id);
    if (waits) {
      return;
    }
    boolean refused = worker.fenced && protocol.fence() != Protocol.Fence.NONE;
    move(
        worker,
        flush.at(refused ? Phase.NO_FENCE : Phase.ALLOWED),
        unheard,
        refused ? "finds no fence row" : "has its right to append");
  }

  private void write(Worker worker, Flush flush, boolean unheard) {
    Run run = steps.from().runs.get(flush.run());
    if (flush.parks()) {
      boolean ours = run.owner == worker.id;
      move(
          worker,
          flush.at(ours ? Phase.WRITTEN : Phase.REFUSED),
          unheard,
          ours ? "updates the run's row" : "finds a run that is not the worker's");
      return;
    }
    boolean inTheWay =
        steps.from().workers.stream()
            .flatMap(ServerSteps::flushes)
            .anyMatch(other ->
                other.phase() == Phase.WRITTEN
                    && other.run() == flush.run()
                    && other.seq() == flush.seq());
    if (!inTheWay) {
      boolean taken = run.writers.size() >= flush.seq();
      move(
          worker,
          flush.at(taken ? Phase.REFUSED : Phase.WRITTEN),
          unheard,
          taken ? "finds its seq taken" : "inserts its row");
    }
  }

  private void commit(Worker worker, Flush flush, boolean unheard) {
    Run run = steps.from().runs.get(flush.run());
    String label = name(worker, flush, unheard) + " commits";
    boolean starts = flush.seq() == 1;
    if (worker.fenced) {
      steps.violates(label, flush + " was written after worker " + worker.id + "'s fence was gone");
    } else if (!starts && run.owner != worker.id) {
      steps.violates(label, flush + " was written by worker " + worker.id + ", which has not it");
    } else if (!flush.parks() && run.writers.size() != flush.seq() - 1) {
      steps.violates(label, flush + " was written behind event " + run.writers.size());
    } else {
      steps.happens(
          label,
          world -> {
            Run changed = world.runs.get(flush.run());
            if (flush.parks()) {
              changed.owner = World.NOBODY;
            } else {
              changed.owner = worker.id;
              changed.writers.add(worker.id);
            }
            put(world.workers.get(worker.id), flush.at(Phase.COMMITTED), unheard);
          });
    }
  }

  private void move(Worker worker, Flush next, boolean unheard, String what) {
    steps.happens(
        name(worker, next, unheard) + " " + what,
        world -> put(world.workers.get(worker.id), next, unheard));
  }

  private static String name(Worker worker, Flush flush, boolean unheard) {
    return "worker " + worker.id + ": " + (unheard ? "the lost sending of " : "") + flush;
  }

  /// Nobody hears what became of a lost sending, or of one whose process is dead.
  private static void put(Worker worker, Flush flush, boolean unheard) {
    if (unheard) {
      worker.unheard = flush.isOver() ? null : flush;
    } else {
      worker.current = flush.isOver() && worker.life == Life.KILLED ? null : flush;
    }
  }
}
