package dev.backstitch.orchestrator.check;

import java.time.Duration;
import java.util.List;

/// What became of one invariant.
///
/// @param code stable, such as `BST-INV-101`
/// @param meaning what should hold, in one line
/// @param violations how many times it does not; 0 when all is well
/// @param offenders the first of them, each in one line that begins with the run's id where there
///   is one
/// @param took how long the question took
public record Finding(
    String code, String meaning, long violations, List<String> offenders, Duration took) {

  public Finding {
    offenders = List.copyOf(offenders);
  }

  /// What a second look has confirmed: who offended both times.
  Finding and(Finding second) {
    List<String> both = offenders.stream().filter(second.offenders::contains).toList();
    long unseen =
        Math.min(violations - offenders.size(), second.violations - second.offenders.size());
    return new Finding(
        code, meaning, both.isEmpty() ? 0 : both.size() + unseen, both, took.plus(second.took));
  }

  /// Whether it holds.
  public boolean holds() {
    return violations == 0;
  }
}
