package dev.backstitch.orchestrator.fencing;

import dev.backstitch.orchestrator.fencing.World.Flush;
import dev.backstitch.orchestrator.fencing.World.Lane;
import dev.backstitch.orchestrator.fencing.World.Life;
import dev.backstitch.orchestrator.fencing.World.Phase;
import dev.backstitch.orchestrator.fencing.World.Takeover;
import dev.backstitch.orchestrator.fencing.World.Worker;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// One worker ends the other: lock its row, delete its fence rows behind whoever holds them, free
/// its runs, commit.
final class TakeoverSteps {
  private final Steps steps;
  private final Protocol protocol;

  TakeoverSteps(Steps steps, Protocol protocol) {
    this.steps = steps;
    this.protocol = protocol;
  }

  void of(Worker taker) {
    // One that has lost its own lease meanwhile finishes what it has begun.
    if (taker.life != Life.RUNNING || (taker.gaveUp && taker.takeover == Takeover.NONE)) {
      return;
    }
    Worker victim = steps.from().workers.get(1 - taker.id);
    switch (taker.takeover) {
      case NONE -> {
        if (victim.silent && !victim.fenced) {
          goesOn(taker, "locks worker " + victim.id + "'s row", Takeover.LOCKED_WORKER);
        }
      }
      case LOCKED_WORKER -> {
        if (protocol.freesBehindTheFence()) {
          deleteFence(taker, victim, Takeover.DELETED_FENCE);
        } else {
          free(taker, victim, Takeover.TOO_EARLY_FREED);
        }
      }
      case DELETED_FENCE -> free(taker, victim, Takeover.FREED);
      case TOO_EARLY_FREED -> deleteFence(taker, victim, Takeover.FREED);
      case FREED -> commit(taker, victim);
    }
  }

  private void deleteFence(Worker taker, Worker victim, Takeover next) {
    boolean byFlush =
        protocol.fence() == Protocol.Fence.LOCKED
            && ServerSteps.flushes(victim).anyMatch(Flush::isUnderWay);
    boolean byClaim = protocol.claimsBehindTheFence() && victim.claiming != World.NOBODY;
    if (!byFlush && !byClaim && victim.lane != Lane.SETTLING) {
      goesOn(taker, "deletes worker " + victim.id + "'s fence row", next);
    }
  }

  /// An update sees what was committed when it began, and waits for rows that others have locked.
  private void free(Worker taker, Worker victim, Takeover next) {
    Predicate<Flush> locksRow = flush -> flush.phase() == Phase.WRITTEN && flush.parks();
    if (ServerSteps.flushes(victim).anyMatch(locksRow)) {
      return;
    }
    int runs = 0;
    for (int run = 0; run < steps.from().runs.size(); run++) {
      if (steps.from().runs.get(run).owner == victim.id) {
        runs |= 1 << run;
      }
    }
    int found = runs;
    step(
        taker,
        "sets worker " + victim.id + "'s runs free",
        world -> {
          world.workers.get(taker.id).takeover = next;
          world.workers.get(taker.id).toFree = found;
        });
  }

  private void commit(Worker taker, Worker victim) {
    step(
        taker,
        "commits the takeover",
        world -> {
          Worker changed = world.workers.get(taker.id);
          for (int run = 0; run < world.runs.size(); run++) {
            if ((changed.toFree & 1 << run) != 0) {
              world.runs.get(run).owner = World.NOBODY;
            }
          }
          changed.takeover = Takeover.NONE;
          changed.toFree = 0;
          world.workers.get(victim.id).fenced = true;
        });
  }

  private void goesOn(Worker taker, String what, Takeover next) {
    step(taker, what, world -> world.workers.get(taker.id).takeover = next);
  }

  private void step(Worker taker, String what, Consumer<World> change) {
    steps.happens("worker " + taker.id + " " + what, change);
  }
}
