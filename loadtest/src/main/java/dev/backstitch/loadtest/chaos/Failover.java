package dev.backstitch.loadtest.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Measures how long a worker's runs belong to nobody, with many of them open and others at work:
/// first `kill -9`, some times, then SIGSTOP. Each time the worker that has the most runs is
/// struck.
final class Failover {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Terms terms;
  private final Stage stage;
  private final Consumer<String> progress;
  private final Load load;

  /// What is to be measured.
  ///
  /// @param openRuns how many runs sleep beside those that work
  /// @param kills how often a worker is killed, and then how often one is frozen
  /// @param patience after which a recovery counts as not seen, at most two minutes
  record Terms(
      int openRuns,
      int kills,
      int freezes,
      int keys,
      long seed,
      Duration lease,
      Duration patience) {}

  /// @param openRuns how many runs were open in the database just before the first worker was
  ///   struck; 0 if none ever was, which is a violation
  /// @param kill from `kill -9` until every run of the worker was owned again
  /// @param freeze the same from SIGSTOP
  /// @param recoveriesNotSeen how many did not come in time, and are not in `kill` and `freeze`
  /// @param killGoalHeld 2 s median, 5 s worst, and every one was seen
  /// @param freezeGoalHeld the lease plus 1 s, worst, and every one was seen
  /// @param late as in [ChaosSummary]
  record Summary(
      int openRuns,
      long leaseMillis,
      List<Struck> struck,
      ChaosSummary.Recovery kill,
      ChaosSummary.Recovery freeze,
      int recoveriesNotSeen,
      boolean killGoalHeld,
      boolean freezeGoalHeld,
      long runs,
      long steps,
      int lost,
      int repeated,
      int violations,
      long late,
      List<String> findings) {

    Summary {
      struck = List.copyOf(struck);
      findings = List.copyOf(findings);
    }

    /// Whether nothing was found, and every run had an owner again.
    boolean isClean() {
      return lost == 0 && repeated == 0 && violations == 0 && recoveriesNotSeen == 0;
    }

    /// Whether it took no longer than it should.
    boolean goalsHeld() {
      return killGoalHeld && freezeGoalHeld;
    }
  }

  /// @param runs how many runs the worker had
  /// @param recoveryMillis null if nobody saw it in time
  /// @param open how many runs were open in the database just before
  /// @param stillOpen how many of them were when every run of the worker was owned again
  /// @param missing those of them that are neither open nor have ended as a run ends
  record Struck(
      String how,
      int runs,
      @Nullable Long recoveryMillis,
      int open,
      int stillOpen,
      List<String> missing) {

    Struck {
      missing = List.copyOf(missing);
    }

    private String line() {
      String recovery =
          recoveryMillis == null
              ? "not seen to be owned again"
              : "owned again after " + recoveryMillis + " ms";
      return "%s with %d runs: %s; of %d open runs %d are missing"
          .formatted(how, runs, recovery, open, missing.size());
    }

    private Stream<String> lost() {
      return missing.stream().map(run -> "open before " + how + ": " + run);
    }
  }

  Failover(Terms terms, Stage stage, Consumer<String> progress) {
    this.terms = terms;
    this.stage = stage;
    this.progress = progress;
    this.load = new Load(stage::addresses, stage.witness());
  }

  Summary measure() {
    progress.accept("starting " + terms.openRuns() + " runs that sleep");
    load.startSleepers(terms.openRuns(), terms.seed(), PATIENCE.multipliedBy(3));
    List<String> troubles = new ArrayList<>();
    int sleepers = stage.jdbi().withHandle(ChaosStore::openSleepers);
    if (sleepers < terms.openRuns()) {
      troubles.add(
          terms.openRuns() + " starts were acknowledged, only " + sleepers + " runs are open");
    }
    load.start(terms.keys(), terms.seed());
    List<Struck> struck = new ArrayList<>();
    for (int i = 0; i < terms.kills() + terms.freezes(); i++) {
      if (!Waiting.happens(PATIENCE, this::allServe)) {
        troubles.add("not every worker served again after fault " + i);
        break;
      }
      Struck one = strike(i < terms.kills());
      progress.accept(one.line());
      struck.add(one);
    }
    if (load.stop(PATIENCE) > 0) {
      troubles.add("not every client was told the end of its run");
    }
    if (!Waiting.happens(PATIENCE, stage::nothingIsOpen)) {
      troubles.add("runs were still open long after the last worker was struck");
    }
    return summary(struck, Proof.of(stage, troubles), terms.lease());
  }

  private boolean allServe() {
    return stage.slots().stream().allMatch(slot -> slot.isAlive() && slot.address().isPresent());
  }

  private Struck strike(boolean kill) {
    FaultPlan.Kind kind = kill ? FaultPlan.Kind.KILL : FaultPlan.Kind.FREEZE;
    RecoveryTimes times = new RecoveryTimes();
    try (RecoveryWatch recovery = new RecoveryWatch(stage.jdbi(), times)) {
      Busy busiest =
          stage.slots().stream()
              .flatMap(slot ->
                  recovery.before(kind, slot).map(before -> new Busy(slot, before)).stream())
              .max(Comparator.comparingInt(busy -> busy.before().runs().size()))
              .orElseThrow();
      List<Long> open = stage.jdbi().withHandle(ChaosStore::allOpen);
      if (kill) {
        busiest.slot().kill();
      } else {
        busiest.slot().freeze();
      }
      recovery.struck(busiest.before());
      Waiting.happens(terms.patience(), () -> !times.of(kind).isEmpty());
      int stillOpen = stage.jdbi().withHandle(handle -> ChaosStore.stillOpen(handle, open));
      List<String> missing = stage.jdbi().withHandle(handle -> ChaosStore.missing(handle, open));
      if (kill) {
        busiest.slot().start();
      } else {
        busiest.slot().thaw();
      }
      return new Struck(
          kill ? "kill -9" : "SIGSTOP",
          busiest.before().runs().size(),
          times.of(kind).stream().findFirst().orElse(null),
          open.size(),
          stillOpen,
          missing);
    }
  }

  private record Busy(WorkerSlot slot, RecoveryWatch.Before before) {}

  /// @param witnessed what is missing is added to it
  static Summary summary(List<Struck> struck, Proof witnessed, Duration lease) {
    ChaosSummary.Recovery kill = recovery(struck, "kill -9");
    ChaosSummary.Recovery freeze = recovery(struck, "SIGSTOP");
    Proof proof = witnessed.andLost(struck.stream().flatMap(Struck::lost).distinct().toList());
    int killsNotSeen = notSeen(struck, "kill -9");
    int freezesNotSeen = notSeen(struck, "SIGSTOP");
    return new Summary(
        struck.isEmpty() ? 0 : struck.getFirst().open(),
        lease.toMillis(),
        struck,
        kill,
        freeze,
        killsNotSeen + freezesNotSeen,
        killsNotSeen == 0 && kill.median() <= 2_000 && kill.max() <= 5_000,
        freezesNotSeen == 0 && freeze.max() <= lease.toMillis() + 1_000,
        proof.totals().runs(),
        proof.totals().steps(),
        proof.lost().size(),
        proof.repeated().size(),
        proof.violations().size(),
        proof.late(),
        proof.findings());
  }

  private static ChaosSummary.Recovery recovery(List<Struck> struck, String how) {
    List<Long> millis = new ArrayList<>();
    for (Struck one : struck) {
      Long took = one.recoveryMillis();
      if (one.how().equals(how) && took != null) {
        millis.add(took);
      }
    }
    return ChaosSummary.Recovery.of(millis);
  }

  private static int notSeen(List<Struck> struck, String how) {
    return (int)
        struck.stream()
            .filter(one -> one.how().equals(how) && one.recoveryMillis() == null)
            .count();
  }
}
