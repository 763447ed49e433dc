package dev.backstitch.orchestrator.workflow;

import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;

/// What an activity knows about the attempt it runs in.
///
/// @param runId the run that called
/// @param ordinal the number of the command in that run, from 1
/// @param attempt the number of this attempt, from 1
/// @param permit what it may use of a quota; [Permit#NONE] if it declared none
public record ActivityContext(RunId runId, int ordinal, int attempt, Permit permit) {

  /// Without a quota.
  public ActivityContext(RunId runId, int ordinal, int attempt) {
    this(runId, ordinal, attempt, Permit.NONE);
  }

  /// The same with a permit.
  public ActivityContext with(Permit newPermit) {
    return new ActivityContext(runId, ordinal, attempt, newPermit);
  }

  /// The same for every attempt of one call, and for no other call: hand it to services that
  /// deduplicate, or leave it as a mark to read back.
  public String idempotencyKey() {
    return runId + "-" + ordinal;
  }
}
