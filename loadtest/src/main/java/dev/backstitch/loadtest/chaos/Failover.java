package dev.backstitch.loadtest.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

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

  /// @param openRuns how many runs were open when the first worker was struck
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
  record Struck(String how, int runs, long recoveryMillis) {}

  Failover(Terms terms, Stage stage, Consumer<String> progress) {
    this.terms = terms;
    this.stage = stage;
    this.progress = progress;
    this.load = new Load(stage::addresses, stage.witness());
  }

  Summary measure() {
    progress.accept("starting " + terms.openRuns() + " runs that sleep");
    load.startSleepers(terms.openRuns(), terms.seed(), PATIENCE.multipliedBy(3));
    load.start(terms.keys(), terms.seed());
    List<Struck> struck = new ArrayList<>();
    List<String> troubles = new ArrayList<>();
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
              + " ms");
      struck.add(one);
    }
    if (load.stop(PATIENCE) > 0) {
      troubles.add("not every client was told the end of its run");
    }
    if (!Waiting.happens(PATIENCE, stage::nothingIsOpen)) {
      troubles.add("runs were still open long after the last worker was struck");
    }
    return summary(struck, Proof.of(stage, troubles));
  }

  private boolean allServe() {
    return stage.slots().stream().allMatch(slot -> slot.isAlive() && slot.address().isPresent());
  }

  private Struck strike(boolean kill) {
    try (RecoveryWatch recovery = new RecoveryWatch(stage.jdbi())) {
      Busy busiest =
          stage.slots().stream()
              .flatMap(slot -> recovery.before(slot).map(before -> new Busy(slot, before)).stream())
              .max(Comparator.comparingInt(busy -> busy.before().runs().size()))
              .orElseThrow();
      if (kill) {
        busiest.slot().kill();
      } else {
        busiest.slot().freeze();
      }
      recovery.struck(busiest.before());
      Waiting.until(LONGEST, "every run to be owned again", () -> !recovery.millis().isEmpty());
      if (kill) {
        busiest.slot().start();
      } else {
        busiest.slot().thaw();
      }
      return new Struck(
          kill ? "kill -9" : "SIGSTOP",
          busiest.before().runs().size(),
          recovery.millis().getFirst());
    }
  }

  private record Busy(WorkerSlot slot, RecoveryWatch.Before before) {}

  private Summary summary(List<Struck> struck, Proof proof) {
    ChaosSummary.Recovery kill = recovery(struck, "kill -9");
    ChaosSummary.Recovery freeze = recovery(struck, "SIGSTOP");
    return new Summary(
        terms.openRuns(),
        terms.lease().toMillis(),
        struck,
        kill,
        freeze,
        kill.median() <= 2_000 && kill.max() <= 5_000,
        freeze.max() <= terms.lease().toMillis() + 1_000,
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
