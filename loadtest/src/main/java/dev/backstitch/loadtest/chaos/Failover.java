package dev.backstitch.loadtest.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Measures how long a worker's runs belong to nobody, with many of them open and others at work:
/// first `kill -9`, some times, then SIGSTOP. Each time the worker that has the most runs is
/// struck.
final class Failover {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Terms terms;
  private final Stage stage;
  private final Consumer<String> progress;
  private final Load load;

  /// What is to be measured.
  ///
  /// @param openRuns how many runs sleep beside those that work
  /// @param kills how often a worker is killed, and then how often one is frozen
  record Terms(int openRuns, int kills, int freezes, int keys, long seed, Duration lease) {}

  /// @param openRuns how many runs were open in the database just before the first worker was
  ///   struck
  /// @param kill from `kill -9` until every run of the worker was owned again
  /// @param freeze the same from SIGSTOP
  /// @param killGoalHeld 2 s median, 5 s worst
  /// @param freezeGoalHeld the lease plus 1 s, worst
  record Summary(
      int openRuns,
      long leaseMillis,
      List<Struck> struck,
      ChaosSummary.Recovery kill,
      ChaosSummary.Recovery freeze,
      boolean killGoalHeld,
      boolean freezeGoalHeld,
      long runs,
      long steps,
      int lost,
      int repeated,
      int violations,
      List<String> findings) {

    Summary {
      struck = List.copyOf(struck);
      findings = List.copyOf(findings);
    }

    boolean isClean() {
      return lost == 0 && repeated == 0 && violations == 0;
    }
  }

  /// @param runs how many runs the worker had
  /// @param open how many runs were open in the database just before
  /// @param stillOpen how many of them were when every run of the worker was owned again
  /// @param missing those of them that are neither open nor have ended as a run ends
  record Struck(
      String how, int runs, long recoveryMillis, int open, int stillOpen, List<String> missing) {

    Struck {
      missing = List.copyOf(missing);
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
      Waiting.until(PATIENCE, "every worker to serve", this::allServe);
      boolean kill = i < terms.kills();
      Struck one = strike(kill);
      progress.accept(
          one.how()
              + " with "
              + one.runs()
              + " runs: owned again after "
              + one.recoveryMillis()
              + " ms; of "
              + one.open()
              + " open runs "
              + one.missing().size()
              + " are missing");
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
    try (RecoveryWatch recovery = new RecoveryWatch(stage.jdbi(), new RecoveryTimes())) {
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
      Waiting.until(LONGEST, "every run to be owned again", () -> !recovery.millis().isEmpty());
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
          recovery.millis().getFirst(),
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
    return new Summary(
        struck.getFirst().open(),
        lease.toMillis(),
        struck,
        kill,
        freeze,
        kill.median() <= 2_000 && kill.max() <= 5_000,
        freeze.max() <= lease.toMillis() + 1_000,
        proof.totals().runs(),
        proof.totals().steps(),
        proof.lost().size(),
        proof.repeated().size(),
        proof.violations().size(),
        proof.findings());
  }

  private static ChaosSummary.Recovery recovery(List<Struck> struck, String how) {
    return ChaosSummary.Recovery.of(
        struck.stream().filter(one -> one.how().equals(how)).map(Struck::recoveryMillis).toList());
  }
}
