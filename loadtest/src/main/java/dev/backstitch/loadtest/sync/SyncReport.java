package dev.backstitch.loadtest.sync;

import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.orchestrator.run.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one sync did and what it cost.
///
/// @param scenario `cold`, `idle` or `ten-changed`
/// @param failed students whose file could not be had, with the reason
/// @param requests HTTP requests that the simulator received
/// @param points quota points that the simulator charged, GraphQL and REST together
/// @param commits commits that the simulator made
/// @param seconds from the request to start the run until its result was there
/// @param commit the commit's hash, null if there was none
public record SyncReport(
    String scenario,
    int students,
    int changed,
    int unchanged,
    List<SyncResult.FailedStudent> failed,
    long requests,
    long points,
    long commits,
    double seconds,
    RunId runId,
    @Nullable String commit) {

  /// Copies the list.
  public SyncReport {
    failed = List.copyOf(failed);
  }
}
