package dev.backstitch.api.sync;

import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sync as it stands.
///
/// @param version counts the changes
public record SyncState(
    String name,
    int version,
    SyncConfig config,
    Instant createdAt,
    Instant updatedAt,
    List<RepositoryState> repositories) {

  /// Copies the list.
  public SyncState {
    repositories = List.copyOf(repositories);
  }

  /// One of its repositories.
  ///
  /// @param dueAt when everybody is synced next; null without a schedule
  /// @param newsAt when the students are synced of whom webhooks have told; null if of nobody
  /// @param lastRun the newest run
  public record RepositoryState(
      String repository,
      @Nullable Instant dueAt,
      @Nullable Instant newsAt,
      @Nullable SyncRun lastRun) {}

  /// A run of a sync.
  ///
  /// @param dueAt the time it was due by the schedule, null if that was not why
  /// @param news how many deliveries it was started for
  public record SyncRun(
      RunId runId,
      String repository,
      SyncReason reason,
      @Nullable Instant dueAt,
      int news,
      Instant firedAt,
      RunStatus status) {}
}
