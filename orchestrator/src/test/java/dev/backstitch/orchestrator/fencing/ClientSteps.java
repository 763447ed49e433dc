package dev.backstitch.orchestrator.fencing;

import dev.backstitch.orchestrator.fencing.World.Flush;
import dev.backstitch.orchestrator.fencing.World.Lane;
import dev.backstitch.orchestrator.fencing.World.Life;
import dev.backstitch.orchestrator.fencing.World.Phase;
import dev.backstitch.orchestrator.fencing.World.Run;
import dev.backstitch.orchestrator.fencing.World.Worker;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// What a worker's process does: send a flush, hear of it, settle a lost one, claim and load runs,
/// renew its lease. And what befalls it.
final class ClientSteps {
  private final Steps steps;
  private final Protocol protocol;
  private final int longestHistory;

  ClientSteps(Steps steps, Protocol protocol, int longestHistory) {
    this.steps = steps;
    this.protocol = protocol;
    this.longestHistory = longestHistory;
  }

  void of(Worker worker) {
    befall(worker);
    if (worker.works()) {
      renew(worker);
      lane(worker);
    }
    if (worker.life == Life.RUNNING) {
      claimAndLoad(worker);
    }
  }

  private void does(Worker worker, String what, Consumer<Worker> change) {
    steps.happens(
        "worker " + worker.id + " " + what, world -> change.accept(world.workers.get(worker.id)));
  }

  private void may(Worker worker, String what, Consumer<Worker> change) {
    steps.mayHappen(
        "worker " + worker.id + " " + what, world -> change.accept(world.workers.get(worker.id)));
  }

  // ------------------------------------------------------------------ fate

  private void befall(Worker worker) {
    boolean otherIsWell = steps.from().workers.get(1 - worker.id).isLive();
    switch (worker.life) {
      case RUNNING -> {
        may(worker, "freezes", w -> w.life = Life.FROZEN);
        if (otherIsWell) {
          may(worker, "is killed", ClientSteps::kill);
        }
        if (!worker.silent && !worker.fenced) {
          may(worker, "is late with its heartbeat", w -> w.silent = true);
        }
      }
      case FROZEN -> {
        may(worker, "wakes up", w -> w.life = Life.RUNNING);
        fallSilent(worker);
        if (protocol.endsFrozenTransactions()) {
          endTransactions(worker);
        }
      }
      case KILLED -> fallSilent(worker);
    }
  }

  private void fallSilent(Worker worker) {
    if (!worker.silent && !worker.fenced) {
      does(worker, "has been silent for longer than its lease", w -> w.silent = true);
    }
  }

  /// Transactions of several statements end with their session; a flush does not need its client.
  private static void kill(Worker worker) {
    Flush onItsWay = worker.current;
    worker.forget();
    worker.life = Life.KILLED;
    worker.current = onItsWay == null || onItsWay.isOver() ? null : onItsWay;
    worker.claiming = World.NOBODY;
    worker.takeover = World.Takeover.NONE;
    worker.toFree = 0;
  }

  private void endTransactions(Worker worker) {
    if (worker.lane == Lane.SETTLING) {
      does(worker, "has its settling ended by the server", w -> w.lane = Lane.UNSURE);
    }
    if (worker.claiming != World.NOBODY) {
      does(worker, "has its claim ended by the server", w -> w.claiming = World.NOBODY);
    }
    if (worker.takeover != World.Takeover.NONE) {
      does(
          worker,
          "has its takeover ended by the server",
          w -> {
            w.takeover = World.Takeover.NONE;
            w.toFree = 0;
          });
    }
  }

  private void renew(Worker worker) {
    if (worker.fenced) {
      does(worker, "hears that others have taken over", Worker::giveUp);
    } else if (worker.silent) {
      does(worker, "renews its lease", w -> w.silent = false);
    }
  }

  // ------------------------------------------------------------------ the lane

  private void lane(Worker worker) {
    switch (worker.lane) {
      case IDLE -> send(worker);
      case WAITING -> hear(worker, Objects.requireNonNull(worker.current));
      case UNSURE -> settle(worker);
      case SETTLING -> look(worker, Objects.requireNonNull(worker.current), false);
      case REFUSED -> look(worker, Objects.requireNonNull(worker.current), true);
    }
  }

  private void send(Worker worker) {
    for (int run = 0; run < worker.known.length; run++) {
      int known = worker.known[run];
      boolean mayStart = run == worker.id && steps.from().runs.get(run).writers.isEmpty();
      if (known == World.NOBODY && !mayStart) {
        continue;
      }
      int last = Math.max(known, 0);
      if (last < longestHistory) {
        send(worker, new Flush(run, last + 1, Phase.SENT), false);
      }
      if (last > 0) {
        send(worker, new Flush(run, 0, Phase.SENT), true);
      }
    }
  }

  private void send(Worker worker, Flush flush, boolean byWish) {
    Consumer<Worker> sending =
        w -> {
          w.current = flush;
          w.lane = Lane.WAITING;
          w.sentBefore = false;
          w.known[flush.run()] = Math.max(w.known[flush.run()], 0);
        };
    if (byWish) {
      may(worker, "sends " + flush, sending);
    } else {
      does(worker, "sends " + flush, sending);
    }
  }

  private void hear(Worker worker, Flush flush) {
    switch (flush.phase()) {
      case COMMITTED -> acknowledge(worker, flush);
      case NO_FENCE -> does(worker, "is told that it has no fence row", Worker::giveUp);
      case REFUSED -> {
        if (worker.sentBefore && protocol.settling().twice()) {
          does(worker, "hears a refusal of what it sent twice", w -> w.lane = Lane.REFUSED);
        } else {
          blame(worker, flush);
        }
      }
      case SENT, ALLOWED, WRITTEN, LOST -> {}
    }
    if (worker.unheard == null) {
      loseTheConnection(worker, flush);
    }
  }

  private void loseTheConnection(Worker worker, Flush flush) {
    may(
        worker,
        "loses the connection",
        w -> {
          boolean goesOn = flush.isUnderWay() || flush.phase() == Phase.SENT;
          w.unheard = goesOn ? flush : null;
          w.current = flush.at(Phase.LOST);
          w.lane = Lane.UNSURE;
          w.sentBefore = true;
        });
    if (flush.phase() == Phase.SENT) {
      may(
          worker,
          "loses the connection before " + flush + " has arrived",
          w -> {
            w.current = flush.at(Phase.LOST);
            w.lane = Lane.UNSURE;
            w.sentBefore = true;
          });
    }
  }

  private void acknowledge(Worker worker, Flush flush) {
    Run run = steps.from().runs.get(flush.run());
    String what = "is told that " + flush + " is durable";
    boolean there =
        run.writers.size() >= flush.seq()
            && (flush.parks() || run.writers.get(flush.seq() - 1) == worker.id);
    if (!there) {
      steps.violates("worker " + worker.id + " " + what, flush + " was acknowledged and is lost");
      return;
    }
    does(
        worker,
        what,
        w -> {
          w.current = null;
          w.lane = Lane.IDLE;
          w.sentBefore = false;
          w.known[flush.run()] = flush.parks() ? World.NOBODY : flush.seq();
        });
  }

  private void blame(Worker worker, Flush flush) {
    steps.violates(
        "worker " + worker.id + " is told that " + flush + " is refused",
        "run " + flush.run() + " is blamed for a refusal that is no fault of its rows");
  }

  /// A new connection, the fence row, then a look. What was sent and not begun by then may come
  /// later only if the network is that bad.
  private void settle(Worker worker) {
    Flush lost = worker.unheard;
    if (lost != null && lost.phase() == Phase.SENT && !protocol.sendingsArriveLate()) {
      return;
    }
    if (!protocol.settling().locks()) {
      look(worker, Objects.requireNonNull(worker.current), false);
    } else if (!ServerSteps.fenceRowIsLocked(steps.from(), protocol, worker.id)) {
      if (worker.fenced) {
        does(worker, "finds no fence row to settle behind", Worker::giveUp);
      } else {
        does(worker, "locks its fence row to settle", w -> w.lane = Lane.SETTLING);
      }
    }
  }

  private void look(Worker worker, Flush flush, boolean afterRefusal) {
    Run run = steps.from().runs.get(flush.run());
    boolean landed =
        flush.parks()
            ? run.owner != worker.id
            : run.writers.size() >= flush.seq() && run.writers.get(flush.seq() - 1) == worker.id;
    if (worker.fenced) {
      does(worker, "looks, and finds no fence row", Worker::giveUp);
    } else if (landed) {
      acknowledge(worker, flush);
    } else if (afterRefusal) {
      blame(worker, flush);
    } else {
      does(
          worker,
          "finds nothing of " + flush + " and sends it again",
          w -> {
            Flush lost = w.unheard;
            if (protocol.settling().endsEarlierSendings()
                && lost != null
                && lost.phase() == Phase.SENT) {
              w.unheard = null;
            }
            w.current = flush.at(Phase.SENT);
            w.lane = Lane.WAITING;
          });
    }
  }

  // ------------------------------------------------------------------ claims

  private void claimAndLoad(Worker worker) {
    if (worker.claiming != World.NOBODY) {
      int run = worker.claiming;
      steps.happens(
          "worker " + worker.id + " commits its claim of run " + run,
          world -> {
            world.runs.get(run).owner = worker.id;
            world.workers.get(worker.id).claiming = World.NOBODY;
          });
      return;
    }
    for (int run = 0; run < worker.known.length && worker.works(); run++) {
      claimOrLoad(worker, run);
    }
  }

  private void claimOrLoad(Worker worker, int run) {
    Run row = steps.from().runs.get(run);
    boolean claimedByOther =
        IntStream.range(0, steps.from().workers.size())
            .anyMatch(i -> steps.from().workers.get(i).claiming == run);
    boolean allowed =
        !protocol.claimsBehindTheFence()
            || (!worker.fenced && !ServerSteps.fenceRowIsBeingDeleted(steps.from(), worker.id));
    if (!row.writers.isEmpty() && row.owner == World.NOBODY && !claimedByOther && allowed) {
      does(worker, "claims run " + run, w -> w.claiming = run);
    }
    if (row.owner == worker.id && worker.known[run] == World.NOBODY) {
      does(worker, "loads run " + run, w -> w.known[run] = row.writers.size());
    }
  }
}
