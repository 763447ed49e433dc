package dev.backstitch.orchestrator.fencing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One moment: what the database holds, and what the processes have in memory and on the way.
///
/// A step changes a copy. Two moments are the same if their [#key] is.
final class World {
  static final int NOBODY = -1;

  final List<Worker> workers = new ArrayList<>();
  final List<Run> runs = new ArrayList<>();

  World(int workerCount, int runCount) {
    for (int i = 0; i < workerCount; i++) {
      workers.add(new Worker(i, runCount));
    }
    for (int i = 0; i < runCount; i++) {
      runs.add(new Run());
    }
  }

  private World(World other) {
    other.workers.forEach(worker -> workers.add(new Worker(worker)));
    other.runs.forEach(run -> runs.add(new Run(run)));
  }

  World copy() {
    return new World(this);
  }

  /// A run's row and history, as far as it is committed. It exists if it has an event.
  static final class Run {
    int owner = NOBODY;

    /// Who wrote the event with each seq, from 1.
    final List<Integer> writers = new ArrayList<>();

    Run() {}

    private Run(Run other) {
      owner = other.owner;
      writers.addAll(other.writers);
    }
  }

  enum Life {
    RUNNING,
    FROZEN,
    KILLED
  }

  /// What the lane does with its flush.
  enum Lane {
    /// Nothing is on its way.
    IDLE,
    /// Waits for the server's answer.
    WAITING,
    /// The connection broke: the flush may have been committed or not.
    UNSURE,
    /// Holds the fence row while it looks.
    SETTLING,
    /// A second sending was refused: looks again before it blames anybody.
    REFUSED
  }

  /// A worker's registration, and its process.
  static final class Worker {
    final int id;

    // In the database.
    boolean fenced;
    boolean silent;

    // In the process, and in transactions that end with it.
    Life life = Life.RUNNING;
    boolean gaveUp;
    Lane lane = Lane.IDLE;
    boolean sentBefore;
    int claiming = NOBODY;
    Takeover takeover = Takeover.NONE;
    int toFree;

    /// The last seq of each run in memory; [#NOBODY] for one that is not.
    final int[] known;

    // Statements at the server, which it finishes without the client.
    @Nullable Flush current;
    @Nullable Flush unheard;

    Worker(int id, int runCount) {
      this.id = id;
      this.known = new int[runCount];
      Arrays.fill(known, NOBODY);
    }

    private Worker(Worker other) {
      id = other.id;
      fenced = other.fenced;
      silent = other.silent;
      life = other.life;
      gaveUp = other.gaveUp;
      lane = other.lane;
      sentBefore = other.sentBefore;
      claiming = other.claiming;
      takeover = other.takeover;
      toFree = other.toFree;
      known = other.known.clone();
      current = other.current;
      unheard = other.unheard;
    }

    /// Whether its process does anything for it.
    boolean works() {
      return life == Life.RUNNING && !gaveUp;
    }

    /// Whether it may and can have runs.
    boolean isLive() {
      return works() && !fenced;
    }

    /// Forgets everything: others have taken over.
    void giveUp() {
      gaveUp = true;
      forget();
    }

    void forget() {
      lane = Lane.IDLE;
      current = null;
      Arrays.fill(known, NOBODY);
    }
  }

  /// How far a worker is with taking over from the other one. The other's fence row is locked from
  /// its deletion on.
  enum Takeover {
    NONE,
    LOCKED_WORKER,
    DELETED_FENCE,
    TOO_EARLY_FREED,
    FREED
  }

  enum Phase {
    /// On its way, or waiting for the fence row.
    SENT,
    /// Has its right to append.
    ALLOWED,
    /// Its rows are inserted and not committed.
    WRITTEN,
    COMMITTED,
    NO_FENCE,
    REFUSED,
    /// The client does not know what became of it.
    LOST
  }

  /// One flush of one run.
  ///
  /// @param seq of the event that it appends; 0 to park the run without one
  record Flush(int run, int seq, Phase phase) {
    Flush at(Phase next) {
      return new Flush(run, seq, next);
    }

    boolean parks() {
      return seq == 0;
    }

    boolean isUnderWay() {
      return phase == Phase.ALLOWED || phase == Phase.WRITTEN;
    }

    boolean isOver() {
      return !isUnderWay() && phase != Phase.SENT;
    }

    @Override
    public String toString() {
      return parks() ? "the parking of run " + run : "event " + seq + " of run " + run;
    }
  }

  /// What tells this moment from others, in as few characters as are needed. Of every enum the
  /// first letter is enough.
  String key() {
    StringBuilder key = new StringBuilder(48);
    for (Worker w : workers) {
      key.append((char) (flags(w) + 16 * (w.claiming + 1)))
          .append(w.life.name().charAt(0))
          .append(w.lane.name().charAt(0))
          .append(w.takeover.name().charAt(0))
          .append((char) w.toFree);
      for (int known : w.known) {
        key.append((char) (known + 1));
      }
      append(key, w.current);
      append(key, w.unheard);
    }
    for (Run run : runs) {
      key.append((char) (run.owner + 1 + 8 * run.writers.size()));
      run.writers.forEach(writer -> key.append((char) writer.intValue()));
    }
    return key.toString();
  }

  private static int flags(Worker worker) {
    return (worker.fenced ? 1 : 0)
        + (worker.silent ? 2 : 0)
        + (worker.gaveUp ? 4 : 0)
        + (worker.sentBefore ? 8 : 0);
  }

  private static void append(StringBuilder key, @Nullable Flush flush) {
    if (flush == null) {
      key.append('-');
    } else {
      key.append(flush.phase().name().charAt(0)).append((char) (flush.seq() + 8 * flush.run()));
    }
  }
}
