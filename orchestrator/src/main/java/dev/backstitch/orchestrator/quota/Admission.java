package dev.backstitch.orchestrator.quota;

import java.time.Instant;

/// The ledger's word on an ask.
public sealed interface Admission {

  /// Go on.
  record Granted(Permit permit) implements Admission {}

  /// Come back.
  ///
  /// @param until when, on the database's clock
  /// @param reason for a person
  record Wait(Instant until, String reason) implements Admission {}

  /// Give up: the server has told us off too often.
  record Refused(String reason) implements Admission {}
}
