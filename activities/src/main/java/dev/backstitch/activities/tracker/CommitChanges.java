package dev.backstitch.activities.tracker;

import dev.backstitch.activities.format.IdMap;
import dev.backstitch.orchestrator.workflow.Call;
import java.util.List;
import java.util.SortedMap;

/// Puts changes on the branch in one commit: students' files and their watermarks together, so that
/// neither can be there without the other.
///
/// @param target the branch
/// @param base what the changes were made against
/// @param changes students with a new file
/// @param logins new logins of students whose file has not changed, by user id
public record CommitChanges(
    TrackerBranch target,
    TrackerState base,
    List<StudentChange> changes,
    SortedMap<String, String> logins)
    implements Call<CommitResult> {

  /// Copies the collections.
  public CommitChanges {
    changes = List.copyOf(changes);
    logins = IdMap.sorted(logins);
  }

  /// The same changes to the same branch by another name.
  CommitChanges at(TrackerBranch renamed) {
    return new CommitChanges(renamed, base, changes, logins);
  }
}
