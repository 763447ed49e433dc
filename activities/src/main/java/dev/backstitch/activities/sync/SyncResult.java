package dev.backstitch.activities.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.tracker.Preview;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a sync did.
///
/// @param students students with an open pull request: changed, unchanged and failed together
/// @param changed students whose file or watermark was written, or would have been
/// @param unchanged students whose watermark was right already
/// @param failed students whose file could not be had; what the branch holds of them is kept
/// @param skipped pull requests that stand for no student, or not for the one that counts
/// @param requests HTTP requests sent
/// @param points hourly quota spent on them
/// @param commitOid the commit, the last one if it took several, null if there was nothing to
///   commit
/// @param quotaRemaining GraphQL points left this hour as GitHub last said, null if it did not
/// @param preview of a dry run: what would have been written; null, which is left out in JSON, of
///   any other
public record SyncResult(
    int students,
    int changed,
    int unchanged,
    List<FailedStudent> failed,
    List<SkippedPullRequest> skipped,
    int requests,
    int points,
    @Nullable String commitOid,
    @Nullable Integer quotaRemaining,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Preview preview) {

  /// Copies the lists.
  public SyncResult {
    failed = List.copyOf(failed);
    skipped = List.copyOf(skipped);
  }

  /// What a sync did that was no dry run.
  public SyncResult(
      int students,
      int changed,
      int unchanged,
      List<FailedStudent> failed,
      List<SkippedPullRequest> skipped,
      int requests,
      int points,
      @Nullable String commitOid,
      @Nullable Integer quotaRemaining) {
    this(
        students,
        changed,
        unchanged,
        failed,
        skipped,
        requests,
        points,
        commitOid,
        quotaRemaining,
        null);
  }

  /// A student whose file could not be had. The next sync tries again.
  ///
  /// @param number the pull request
  /// @param type a stable name of the reason, such as `missing-file` or `invalid-json`
  /// @param message the reason, for a person
  public record FailedStudent(int number, String login, String type, String message) {}

  /// A pull request that was left out.
  ///
  /// @param login null if the account is deleted
  public record SkippedPullRequest(int number, @Nullable String login, String reason) {}
}
