package dev.backstitch.api.command;

import dev.backstitch.orchestrator.check.CheckReport;
import dev.backstitch.orchestrator.check.Finding;
import java.time.Instant;
import java.util.List;

/// A check's report as JSON.
///
/// @param holds whether every invariant holds
/// @param at the instant that was looked at
/// @param exactFence whether the server keeps commit times
record CheckDocument(
    boolean holds,
    Instant at,
    long runs,
    long events,
    boolean exactFence,
    List<InvariantDocument> invariants) {

  /// @param violations how many offenders there are; `offenders` has the first of them
  record InvariantDocument(
      String code,
      String meaning,
      boolean holds,
      long violations,
      List<String> offenders,
      long millis) {

    InvariantDocument {
      offenders = List.copyOf(offenders);
    }

    private static InvariantDocument of(Finding finding) {
      return new InvariantDocument(
          finding.code(),
          finding.meaning(),
          finding.holds(),
          finding.violations(),
          finding.offenders(),
          finding.took().toMillis());
    }
  }

  CheckDocument {
    invariants = List.copyOf(invariants);
  }

  static CheckDocument of(CheckReport report) {
    return new CheckDocument(
        report.holds(),
        report.at(),
        report.runs(),
        report.events(),
        report.exactFence(),
        report.findings().stream().map(InvariantDocument::of).toList());
  }
}
