package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.chaos.FaultPlan.Kind;
import dev.backstitch.orchestrator.check.CheckReport;
import dev.backstitch.orchestrator.check.InvariantChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One performance: load and faults for a while, then the proof.
final class Chaos {
  private static final Logger log = LoggerFactory.getLogger(Chaos.class);
  private static final Duration DRAIN = Duration.ofSeconds(90);
  private static final Duration LIVE_CHECK = Duration.ofSeconds(15);
  private static final Duration STOP = Duration.ofSeconds(60);

  private final Terms terms;
  private final Stage stage;
  private final RecoveryTimes times = new RecoveryTimes();
  private final RecoveryWatch recovery;
  private final ProgressWatch goingOn;
  private final Faults faults;
  private final Load load;
  private final Consumer<String> progress;
  private final ChaosGuest guest;
  private final Set<String> liveFindings = new LinkedHashSet<>();
  private int liveChecks;

  /// What is to be performed.
  ///
  /// @param keys how many clients there are
  /// @param lease of the workers
  record Terms(Duration duration, int workers, long seed, int keys, Duration lease) {}

  /// @param stage set, and closed by whoever set it
  /// @param guest puts a load of its own on the workers meanwhile
  /// @param progress told one line about once a second
  Chaos(Terms terms, Stage stage, Consumer<String> progress, ChaosGuest guest) {
    this.guest = guest;
    this.terms = terms;
    this.stage = stage;
    this.progress = progress;
    this.recovery = new RecoveryWatch(stage.jdbi(), times);
    this.goingOn = new ProgressWatch(stage.jdbi(), times);
    this.faults = new Faults(stage, recovery, goingOn);
    this.load = new Load(stage::addresses, stage.witness());
  }

  /// Performs, and says what came of it.
  ChaosSummary perform() {
    Set<Kind> available = faults.available();
    FaultPlan plan =
        FaultPlan.of(
            terms.seed(),
            new FaultPlan.Terms(terms.duration(), terms.workers(), terms.lease()),
            available);
    load.start(terms.keys(), terms.seed());
    guest.begin(stage::addresses);
    Ticker ticker = new Ticker();
    faults.play(plan, terms.duration(), ticker::tick);
    progress.accept("faults lifted, waiting for every run to end");
    faults.lift();
    guest.end();
    int waiting = load.stop(DRAIN);
    boolean drained = Waiting.happens(DRAIN, this::nothingIsOpen);
    recovery.close();
    goingOn.close();
    ticker.awaitCheck();
    log.info("event=drained clients_left={} drained={}", waiting, drained);
    Waiting.until(DRAIN, "every worker to serve", this::allServe);
    List<String> troubles = new ArrayList<>();
    if (waiting > 0) {
      troubles.add(waiting + " clients were not told the end of their runs");
    }
    if (!drained) {
      troubles.add("runs were still open long after the faults were lifted");
    }
    for (WorkerSlot slot : stage.slots()) {
      if (!slot.stop(STOP)) {
        troubles.add("worker " + slot.index() + " did not stop within " + STOP);
      }
    }
    return prove(available, troubles);
  }

  private boolean allServe() {
    faults.reviveTheDead();
    return stage.slots().stream().allMatch(slot -> slot.address().isPresent());
  }

  private boolean nothingIsOpen() {
    faults.reviveTheDead();
    return stage.nothingIsOpen();
  }

  private ChaosSummary prove(Set<Kind> available, List<String> endings) {
    progress.accept("checking every invariant, and judging what the witness wrote down");
    List<String> troubles = new ArrayList<>(liveFindings);
    troubles.addAll(endings);
    Proof proof = Proof.of(stage, troubles);
    ChaosStore.Totals totals = proof.totals();
    return new ChaosSummary(
        totals.runs(),
        totals.steps(),
        load.ends(),
        faults.count(Kind.KILL),
        faults.count(Kind.FREEZE) + faults.count(Kind.STALL),
        faults.count(Kind.CUT) + faults.count(Kind.TERMINATE) + faults.count(Kind.LOSE_ANSWERS),
        totals.takeovers(),
        ChaosSummary.Recovery.of(times.of(RecoveryWatch.KINDS)),
        times.notSeen(),
        proof.lost().size(),
        proof.repeated().size(),
        proof.violations().size(),
        terms.seed(),
        terms.duration().toMillis() / 60_000.0,
        terms.workers(),
        faults.count(Kind.RESTART_DATABASE),
        faults.count(Kind.PARTITION),
        faults.count(Kind.CLOCK_JUMP),
        faults.count(Kind.DISK_FULL),
        Arrays.stream(Kind.values()).map(this::figure).toList(),
        unavailable(available),
        faults.answersLost(),
        proof.late(),
        faults.unexpectedEnds(),
        liveChecks,
        proof.findings(),
        stage.folder().toString());
  }

  private ChaosSummary.FaultFigure figure(Kind kind) {
    List<Long> measured = times.of(kind);
    return new ChaosSummary.FaultFigure(
        kind, faults.count(kind), measured.isEmpty() ? null : ChaosSummary.Recovery.of(measured));
  }

  private List<String> unavailable(Set<Kind> available) {
    List<String> reasons = new ArrayList<>();
    if (!available.contains(Kind.CLOCK_JUMP)) {
      reasons.add("CLOCK_JUMP: libfaketime is not installed (Debian: apt-get install libfaketime)");
    }
    if (!available.contains(Kind.DISK_FULL)) {
      reasons.add("DISK_FULL: prlimit can't limit PostgreSQL's files on this machine");
    } else if (faults.count(Kind.DISK_FULL) == 0) {
      reasons.add("DISK_FULL: no file of the history was above 16 MiB when it was planned");
    }
    return reasons;
  }

  /// What goes on beside the faults: a line of progress, and a check now and then.
  private final class Ticker {
    private final long began = System.nanoTime();
    private long nextLine = began;
    private long nextCheck = began + LIVE_CHECK.toNanos();
    private CompletableFuture<Void> check = CompletableFuture.completedFuture(null);

    void tick() {
      long now = System.nanoTime();
      if (now >= nextLine) {
        nextLine += Duration.ofSeconds(1).toNanos();
        progress.accept(describe(Duration.ofNanos(now - began)));
      }
      if (now >= nextCheck && check.isDone()) {
        nextCheck = now + LIVE_CHECK.toNanos();
        check = CompletableFuture.runAsync(this::checkLive);
      }
    }

    void awaitCheck() {
      check.join();
    }

    private String describe(Duration passed) {
      return "%d of %d s: %d runs started, %d signals, %d cancels and terminations, %d ended, %d kills, %d freezes, %d cuts, %d restarts"
          .formatted(
              passed.toSeconds(),
              terms.duration().toSeconds(),
              load.started(),
              load.signals(),
              load.ends(),
              load.ended(),
              faults.count(Kind.KILL),
              faults.count(Kind.FREEZE) + faults.count(Kind.STALL),
              faults.count(Kind.CUT)
                  + faults.count(Kind.TERMINATE)
                  + faults.count(Kind.LOSE_ANSWERS),
              faults.count(Kind.RESTART_DATABASE));
    }

    private void checkLive() {
      try {
        CheckReport report = InvariantChecker.on(stage.database()).check();
        report
            .violated()
            .forEach(finding -> liveFindings.add("while running: " + Proof.line(finding)));
        liveChecks++;
      } catch (JdbiException e) {
        log.debug("event=live_check_failed", e);
      }
    }
  }
}
