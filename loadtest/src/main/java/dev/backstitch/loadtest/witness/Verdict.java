package dev.backstitch.loadtest.witness;

import java.util.List;

/// What the judge found. Every line begins with a run's id.
///
/// @param lost what was acknowledged or recorded, and is not there
/// @param repeated what was done again after its outcome was durable
/// @param violations everything else that must not be
/// @param late how many `READ` and `WRITE` effects came out of a stall of their process, when their
///   outcome was durable already
public record Verdict(
    List<String> lost, List<String> repeated, List<String> violations, long late) {

  public Verdict {
    lost = List.copyOf(lost);
    repeated = List.copyOf(repeated);
    violations = List.copyOf(violations);
  }
}
