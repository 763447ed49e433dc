package dev.backstitch.orchestrator.check;

import java.time.Instant;
import java.util.List;

/// What a check found.
///
/// @param at the instant that was looked at, on the database's clock
/// @param runs how many runs there were
/// @param events how many events there were
/// @param exactFence whether the server keeps commit times, so that every write could be held
///   against the end of its worker
/// @param findings one per invariant, in the order of their codes
public record CheckReport(
    Instant at, long runs, long events, boolean exactFence, List<Finding> findings) {

  public CheckReport {
    findings = List.copyOf(findings);
  }

  /// Whether everything holds.
  public boolean holds() {
    return findings.stream().allMatch(Finding::holds);
  }

  /// The invariants that do not hold.
  public List<Finding> violated() {
    return findings.stream().filter(finding -> !finding.holds()).toList();
  }
}
