package dev.backstitch.activities.tracker;

import dev.backstitch.activities.format.IdMap;
import dev.backstitch.orchestrator.workflow.Call;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Puts some of a sync's changes on the branch in one commit, as [CommitChanges] does with all of
/// them. It holds nothing about other students: the branch is read before anything is sent, because
/// the part before this one has moved it.
///
/// @param target the branch
/// @param known the watermarks that these students had when the changes were made, by user id
/// @param changes students with a new file
/// @param logins new logins of students whose file has not changed, by user id
public record CommitPart(
    TrackerBranch target,
    SortedMap<String, String> known,
    List<StudentChange> changes,
    SortedMap<String, String> logins)
    implements Call<CommitResult> {

  /// Copies the collections.
  public CommitPart {
    known = IdMap.sorted(known);
    changes = List.copyOf(changes);
    logins = IdMap.sorted(logins);
  }

  /// Made against a state of the branch, of which only what these students had is kept.
  public static CommitPart of(
      TrackerBranch target,
      TrackerState base,
      List<StudentChange> changes,
      SortedMap<String, String> logins) {
    SortedMap<String, String> known = new TreeMap<>();
    for (StudentChange change : changes) {
      String watermark = base.hashes().get(change.userId());
      if (watermark != null) {
        known.put(change.userId(), watermark);
      }
    }
    return new CommitPart(target, known, changes, logins);
  }

  /// The same changes, as if made against a branch that holds nothing but these students.
  CommitChanges changesAlone() {
    SortedMap<String, String> none = new TreeMap<>();
    return new CommitChanges(target, new TrackerState("", none, known, none), changes, logins);
  }
}
