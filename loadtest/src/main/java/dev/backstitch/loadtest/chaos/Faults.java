package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.chaos.FaultPlan.Fault;
import dev.backstitch.loadtest.chaos.FaultPlan.Kind;
import dev.backstitch.loadtest.network.PostgresProxy.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out a plan. Everything happens on the caller's thread, one thing after the other.
final class Faults {
  private static final Logger log = LoggerFactory.getLogger(Faults.class);
  private static final long TICK_MILLIS = 20;

  /// Statements that write, each told from all others of a worker by a part of its text; and not
  /// when they have found nothing to claim, or no lease to renew. The third is a takeover, or a
  /// worker that ends itself.
  private static final List<Committed> WRITERS =
      List.of(
          new Committed("backstitch.checkpoint_v", false),
          new Committed("backstitch.claim_v", true),
          new Committed("delete from backstitch.fence", false),
          new Committed("update backstitch.heartbeat", true),
          new Committed("backstitch.send_message(", true),
          new Committed("backstitch.checkpoint_v", false));

  private static final List<String> SESSIONS =
      List.of("backstitch lane%", "backstitch session", "backstitch reads", "backstitch %");

  private final Stage stage;
  private final RecoveryWatch recovery;
  private final ProgressWatch progress;
  private final DiskLimit disk;
  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
  private final Map<Kind, Integer> done = new EnumMap<>(Kind.class);
  private final Set<WorkerSlot> held = new HashSet<>();
  private final Set<WorkerSlot> down = new HashSet<>();
  private int unexpectedEnds;
  private long clockSeconds;

  /// Something to do at a time.
  private record Due(long atNanos, Runnable action) {}

  Faults(Stage stage, RecoveryWatch recovery, ProgressWatch progress) {
    this.stage = stage;
    this.recovery = recovery;
    this.progress = progress;
    this.disk = new DiskLimit(stage::postmaster);
  }

  /// What can be broken on this machine.
  Set<Kind> available() {
    Set<Kind> kinds = EnumSet.allOf(Kind.class);
    if (stage.clock().isEmpty()) {
      kinds.remove(Kind.CLOCK_JUMP);
    }
    if (!disk.isAvailable()) {
      kinds.remove(Kind.DISK_FULL);
    }
    return kinds;
  }

  /// Breaks what is planned, until the time is over.
  ///
  /// @param tick called about fifty times a second
  void play(FaultPlan plan, Duration duration, Runnable tick) {
    long began = System.nanoTime();
    long end = began + duration.toNanos();
    for (Fault fault : plan.faults()) {
      due.add(new Due(began + fault.at().toNanos(), () -> strike(fault)));
    }
    while (System.nanoTime() < end) {
      doWhatIsDue();
      reviveTheDead();
      tick.run();
      Waiting.pause(TICK_MILLIS);
    }
  }

  /// Ends every fault: all workers run, all connections pass.
  void lift() {
    due.clear();
    disk.empty();
    for (WorkerSlot slot : stage.slots()) {
      slot.proxy().loseAnswers("", 0);
      slot.proxy().release();
      if (slot.isFrozen()) {
        slot.thaw();
      }
      if (!slot.isAlive()) {
        slot.start();
      }
    }
    held.clear();
    down.clear();
  }

  /// Starts again what has ended by itself, as whoever looks after servers does.
  void reviveTheDead() {
    for (WorkerSlot slot : stage.slots()) {
      if (!slot.isAlive() && !down.contains(slot)) {
        unexpectedEnds++;
        log.warn("event=worker_ended_by_itself slot={}", slot.index());
        slot.start();
      }
    }
  }

  /// How many times a kind was carried out: of answers, how many were really lost.
  int count(Kind kind) {
    return kind == Kind.LOSE_ANSWERS ? Math.toIntExact(answersLost()) : done.getOrDefault(kind, 0);
  }

  /// How many workers ended that nobody had killed, for example because they were started while the
  /// database was down.
  int unexpectedEnds() {
    return unexpectedEnds;
  }

  /// How many answers were lost after their statements were committed.
  long answersLost() {
    return stage.slots().stream().mapToLong(slot -> slot.proxy().answersLost()).sum();
  }

  private void doWhatIsDue() {
    Due first = due.peek();
    while (first != null && first.atNanos() <= System.nanoTime()) {
      due.remove();
      first.action().run();
      first = due.peek();
    }
  }

  private void strike(Fault fault) {
    WorkerSlot slot = stage.slots().get(fault.slot());
    boolean struck =
        switch (fault.kind()) {
          case KILL -> canSpare(slot) && kill(slot, fault.lasts());
          case FREEZE -> canSpare(slot) && freeze(slot, fault.lasts());
          case STALL -> canSpare(slot) && stall(slot, fault.lasts());
          case PARTITION -> canSpare(slot) && partition(slot, fault.lasts());
          case CUT ->
              watched(
                  fault.kind(),
                  well().contains(slot) ? List.of(slot) : List.of(),
                  () -> slot.proxy().cut() > 0);
          case TERMINATE -> watched(fault.kind(), well(), () -> terminate(fault.lot()));
          case LOSE_ANSWERS -> loseAnswers(slot, fault.lot());
          case RESTART_DATABASE -> watched(fault.kind(), well(), this::restartDatabase);
          case CLOCK_JUMP -> jump(fault.lot());
          case DISK_FULL -> fillDisk(fault.lasts());
        };
    log.info(
        "event=fault kind={} slot={} lasts_ms={} struck={}",
        fault.kind(),
        fault.slot(),
        fault.lasts().toMillis(),
        struck);
    if (struck) {
      done.merge(fault.kind(), 1, Integer::sum);
    }
  }

  /// Somebody must be left who can work; and one that lies is not kicked.
  private boolean canSpare(WorkerSlot slot) {
    List<WorkerSlot> well = well();
    return well.contains(slot) && well.size() > 1;
  }

  private List<WorkerSlot> well() {
    List<WorkerSlot> well = new ArrayList<>(stage.slots());
    well.removeIf(
        one -> !one.isAlive() || one.isFrozen() || held.contains(one) || one.address().isEmpty());
    return well;
  }

  /// Does something behind which these workers are to go on.
  private boolean watched(Kind kind, List<WorkerSlot> slots, BooleanSupplier action) {
    var before = progress.before(slots);
    boolean done = action.getAsBoolean();
    if (done) {
      before.ifPresent(writers -> progress.struck(kind, writers));
    }
    return done;
  }

  private boolean kill(WorkerSlot slot, Duration restartAfter) {
    var before = recovery.before(Kind.KILL, slot);
    down.add(slot);
    slot.kill();
    before.ifPresent(recovery::struck);
    later(
        restartAfter,
        () -> {
          down.remove(slot);
          slot.start();
        });
    return true;
  }

  private boolean freeze(WorkerSlot slot, Duration lasts) {
    var before = recovery.before(Kind.FREEZE, slot);
    slot.freeze();
    before.ifPresent(recovery::struck);
    later(lasts, slot::thaw);
    return true;
  }

  private boolean stall(WorkerSlot slot, Duration lasts) {
    slot.freeze();
    later(lasts, () -> watched(Kind.STALL, List.of(slot), () -> thaw(slot)));
    return true;
  }

  private static boolean thaw(WorkerSlot slot) {
    slot.thaw();
    return true;
  }

  private boolean partition(WorkerSlot slot, Duration lasts) {
    var before = recovery.before(Kind.PARTITION, slot);
    slot.proxy().hold();
    held.add(slot);
    before.ifPresent(recovery::struck);
    later(
        lasts,
        () -> {
          held.remove(slot);
          slot.proxy().release();
        });
    return true;
  }

  private boolean terminate(long lot) {
    String name = SESSIONS.get((int) Math.floorMod(lot, (long) SESSIONS.size()));
    int most = 1 + (int) Math.floorMod(lot >> 8, 4L);
    try {
      return stage.jdbi().withHandle(handle -> ChaosStore.terminate(handle, name, lot, most)) > 0;
    } catch (JdbiException e) {
      log.debug("event=terminate_failed", e);
      return false;
    }
  }

  /// Only arms the proxy, which counts what it loses.
  private static boolean loseAnswers(WorkerSlot slot, long lot) {
    slot.proxy()
        .loseAnswers(
            WRITERS.get((int) Math.floorMod(lot, (long) WRITERS.size())),
            1 + (int) Math.floorMod(lot >> 8, 3L));
    return true;
  }

  /// SIGQUIT is an immediate shutdown: no checkpoint, sessions just end. The embedded server's
  /// keeper starts it again, and it recovers from its log.
  private boolean restartDatabase() {
    var postmaster = stage.postmaster();
    postmaster.ifPresent(pid -> JavaProcess.run(List.of("kill", "-QUIT", Long.toString(pid))));
    return postmaster.isPresent();
  }

  /// Only if the process with that clock lives to see it.
  private boolean jump(long lot) {
    if (stage.clock().isEmpty() || !stage.slots().getLast().isAlive()) {
      return false;
    }
    clockSeconds = FakeClock.another(clockSeconds, lot);
    stage.clock().get().jump(clockSeconds);
    return true;
  }

  /// Not before a file is large enough to be hindered: a fault that harms nobody does not count.
  private boolean fillDisk(Duration lasts) {
    try {
      if (stage.jdbi().withHandle(ChaosStore::largestFileBytes) <= DiskLimit.BYTES) {
        return false;
      }
    } catch (JdbiException e) {
      log.debug("event=disk_not_filled", e);
      return false;
    }
    disk.fill();
    later(lasts, () -> watched(Kind.DISK_FULL, well(), this::emptyDisk));
    return true;
  }

  private boolean emptyDisk() {
    disk.empty();
    return true;
  }

  private void later(Duration delay, Runnable action) {
    due.add(new Due(System.nanoTime() + delay.toNanos(), action));
  }
}
