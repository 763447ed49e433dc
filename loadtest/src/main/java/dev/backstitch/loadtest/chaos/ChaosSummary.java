package dev.backstitch.loadtest.chaos;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What chaos did, and what came of it. Written as JSON with these members.
///
/// @param runs how many runs there were
/// @param steps how many outcomes were recorded
/// @param ends how many runs were cancelled or terminated, as was accepted
/// @param cuts connections cut by the proxy, answers it lost, and sessions ended by the server
/// @param takeovers how many workers others took over from
/// @param recoveryMillis from a kill, a freeze or a partition until every run of that worker was
///   owned again
/// @param recoveriesNotSeen of all kinds, how many did not come within two minutes, or until all
///   was over. No violation by itself, for a machine may be that busy: what is never owned again is
///   found by the invariants, and by waiting for every run to end
/// @param lost what was acknowledged or recorded and is not there
/// @param repeated what was done again after its outcome was durable
/// @param violations everything else that must not be, the invariant checker's findings included
/// @param faults what became of each kind, in the order of [FaultPlan.Kind]
/// @param unavailableFaults what this machine can't do, and why
/// @param answersLost how many answers were lost after their commit, as the row of `LOSE_ANSWERS`
/// @param late reads and writes that a process began when it woke up from a stall, behind their
///   durable outcome: excused, so not in `repeated`
/// @param workersEndedByThemselves for example those started while the database was down
/// @param liveChecks how often the invariants were checked while everything broke
/// @param findings the lines behind `lost`, `repeated` and `violations`, the first of them
/// @param evidence the folder with the witness's file, the logs and the database; empty if nothing
///   was found and it was removed
public record ChaosSummary(
    long runs,
    long steps,
    long ends,
    int kills,
    int freezes,
    int cuts,
    long takeovers,
    Recovery recoveryMillis,
    int recoveriesNotSeen,
    int lost,
    int repeated,
    int violations,
    long seed,
    double minutes,
    int workers,
    int databaseRestarts,
    int partitions,
    int clockJumps,
    int diskFull,
    List<FaultFigure> faults,
    List<String> unavailableFaults,
    long answersLost,
    long late,
    int workersEndedByThemselves,
    int liveChecks,
    List<String> findings,
    String evidence) {

  /// Copies the collections.
  public ChaosSummary {
    faults = List.copyOf(faults);
    unavailableFaults = List.copyOf(unavailableFaults);
    findings = List.copyOf(findings);
  }

  /// What became of one kind of fault.
  ///
  /// @param tried how often it was carried out: of `LOSE_ANSWERS` how many answers were lost behind
  ///   the commit of what a writing statement wrote
  /// @param recoveryMillis null if nothing was measured. Of `KILL`, `FREEZE` and `PARTITION` until
  ///   every run of that worker was owned again. Of `CUT`, `TERMINATE` and `RESTART_DATABASE` until
  ///   each worker that was hit, or may have been, had made something durable again, and of `STALL`
  ///   and `DISK_FULL` the same from their end. `LOSE_ANSWERS` is armed and strikes at some time
  ///   later, and a `CLOCK_JUMP` stops nobody: there is nothing to measure
  public record FaultFigure(FaultPlan.Kind kind, int tried, @Nullable Recovery recoveryMillis) {}

  /// How long something took.
  ///
  /// @param times how many were measured
  public record Recovery(long median, long p99, long max, int times) {

    /// Of measured times; zeros if there are none.
    static Recovery of(List<Long> millis) {
      List<Long> sorted = millis.stream().sorted().toList();
      return sorted.isEmpty()
          ? new Recovery(0, 0, 0, 0)
          : new Recovery(
              atRank(sorted, 0.5), atRank(sorted, 0.99), sorted.getLast(), sorted.size());
    }

    private static long atRank(List<Long> sorted, double share) {
      int rank = (int) Math.ceil(share * sorted.size());
      return sorted.get(Math.max(1, rank) - 1);
    }
  }

  /// Whether nothing was found.
  public boolean isClean() {
    return lost == 0 && repeated == 0 && violations == 0;
  }

  /// How long it took until every run of a worker was owned again, by what had struck it: `kill`,
  /// `freeze` and `partition`, in this order, each if it was measured.
  public Map<String, Recovery> takeoverMillis() {
    Map<String, Recovery> byFault = new LinkedHashMap<>();
    for (FaultFigure fault : faults) {
      Recovery recovery = fault.recoveryMillis();
      if (recovery != null && RecoveryWatch.KINDS.contains(fault.kind())) {
        byFault.put(fault.kind().name().toLowerCase(Locale.ROOT), recovery);
      }
    }
    return byFault;
  }

  /// The same without the evidence, which is gone.
  ChaosSummary withoutEvidence() {
    return new ChaosSummary(
        runs,
        steps,
        ends,
        kills,
        freezes,
        cuts,
        takeovers,
        recoveryMillis,
        recoveriesNotSeen,
        lost,
        repeated,
        violations,
        seed,
        minutes,
        workers,
        databaseRestarts,
        partitions,
        clockJumps,
        diskFull,
        faults,
        unavailableFaults,
        answersLost,
        late,
        workersEndedByThemselves,
        liveChecks,
        findings,
        "");
  }
}
