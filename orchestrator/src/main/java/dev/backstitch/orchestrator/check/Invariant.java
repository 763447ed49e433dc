package dev.backstitch.orchestrator.check;

import java.time.Duration;

/// Something that must hold in every database, at every moment.
///
/// @param code stable, such as `BST-INV-101`
/// @param meaning what holds, in one line
/// @param offences the statement that finds what breaks it: each row is one `offender` (a run's id
///   first, where there is one) and, the same in each row, their number as `total`
/// @param lasting for how long it must be broken to count, where a moment may look like a breach:
///   it is then asked a second time, and who offends both times offends
record Invariant(String code, String meaning, String offences, Duration lasting) {

  Invariant(String code, String meaning, String offences) {
    this(code, meaning, offences, Duration.ZERO);
  }

  boolean isAskedTwice() {
    return lasting.isPositive();
  }
}
