package dev.backstitch.orchestrator.workflow;

import dev.backstitch.orchestrator.run.RunId;

/// What an activity knows about the attempt it runs in.
///
/// @param runId the run that called
/// @param ordinal the number of the command in that run, from 1
/// @param attempt the number of this attempt, from 1
public record ActivityContext(RunId runId, int ordinal, int attempt) {

  /// The same for every attempt of one call, and for no other call: hand it to services that
  /// deduplicate, or leave it as a mark to read back.
  public String idempotencyKey() {
    return runId + "-" + ordinal;
  }
}
