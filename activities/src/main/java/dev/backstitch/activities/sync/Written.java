package dev.backstitch.activities.sync;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.sync.SyncResult.FailedStudent;
import dev.backstitch.activities.tracker.CommitResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a sync has written so far. Pure.
///
/// @param changed students whose file or watermark was written
/// @param failed students whose file could not be had
/// @param commitOid the newest commit, null if there is none
/// @param use what fetching and committing cost
record Written(int changed, List<FailedStudent> failed, @Nullable String commitOid, ApiUse use) {

  /// Nothing yet.
  static final Written NOTHING = new Written(0, List.of(), null, ApiUse.NONE);

  Written {
    failed = List.copyOf(failed);
  }

  /// Some students were fetched, and nothing is written yet.
  static Written of(FetchedStudents fetched) {
    return new Written(0, fetched.failed(), null, fetched.use());
  }

  /// One commit.
  static Written of(CommitResult committed) {
    return switch (committed) {
      case CommitResult.Committed(String oid, int students, ApiUse cost, _) ->
          new Written(students, List.of(), oid, cost);
      case CommitResult.NothingToCommit(ApiUse cost) -> new Written(0, List.of(), null, cost);
    };
  }

  /// With what was written after it.
  Written plus(Written later) {
    List<FailedStudent> all = new ArrayList<>(failed);
    all.addAll(later.failed);
    return new Written(
        changed + later.changed,
        all,
        later.commitOid == null ? commitOid : later.commitOid,
        use.plus(later.use));
  }
}
