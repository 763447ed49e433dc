package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.witness.Judge;
import dev.backstitch.loadtest.witness.Verdict;
import dev.backstitch.orchestrator.RunReader;
import dev.backstitch.orchestrator.check.Finding;
import dev.backstitch.orchestrator.check.InvariantChecker;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.util.ArrayList;
import java.util.List;

/// What the database and the witness say when all is over.
///
/// @param violations the judge's, the invariant checker's, and the performance's own troubles
/// @param late as in [Verdict]
record Proof(
    List<String> lost,
    List<String> repeated,
    List<String> violations,
    long late,
    ChaosStore.Totals totals) {
  private static final int PAGE = 1_000;
  private static final int MOST_FINDINGS = 50;

  Proof {
    lost = List.copyOf(lost);
    repeated = List.copyOf(repeated);
    violations = List.copyOf(violations);
  }

  /// Checks and judges. A run that is stuck is a violation: nobody gave it a reason.
  ///
  /// @param troubles what went wrong on the way, each a violation
  static Proof of(Stage stage, List<String> troubles) {
    RunReader runs = RunReader.on(stage.database());
    Verdict verdict =
        Judge.judge(
            stage.testimony(),
            run ->
                new Judge.Evidence(
                    history(runs, run),
                    stage.jdbi().withHandle(handle -> ChaosStore.leftSignals(handle, run))));
    List<String> violations = new ArrayList<>(verdict.violations());
    InvariantChecker.on(stage.database())
        .check()
        .violated()
        .forEach(finding -> violations.add(line(finding)));
    violations.addAll(stage.jdbi().withHandle(handle -> ChaosStore.stuck(handle, MOST_FINDINGS)));
    violations.addAll(troubles);
    return new Proof(
        verdict.lost(),
        verdict.repeated(),
        violations,
        verdict.late(),
        stage.jdbi().withHandle(ChaosStore::totals));
  }

  /// The same with more that is lost.
  Proof andLost(List<String> more) {
    List<String> all = new ArrayList<>(lost);
    all.addAll(more);
    return new Proof(all, repeated, violations, late, totals);
  }

  static String line(Finding finding) {
    return finding.code() + " " + finding.meaning() + " But: " + finding.offenders();
  }

  /// The lines behind the figures, the first of them.
  List<String> findings() {
    List<String> findings = new ArrayList<>();
    lost.forEach(line -> findings.add("lost: " + line));
    repeated.forEach(line -> findings.add("repeated: " + line));
    violations.forEach(line -> findings.add("violation: " + line));
    return findings.stream().limit(MOST_FINDINGS).toList();
  }

  private static List<RecordedEvent> history(RunReader runs, RunId run) {
    List<RecordedEvent> all = new ArrayList<>();
    EventPage page;
    do {
      page = runs.history(run, all.size(), PAGE);
      all.addAll(page.events());
    } while (page.more());
    return all;
  }
}
