package dev.backstitch.activities.tracker;

import dev.backstitch.activities.format.IdMap;
import java.util.SortedMap;

/// What the branch holds at one commit. All three maps are by user id, in the order of the numbers.
///
/// @param headOid the commit
/// @param users the login of every student, from `user_map.json`
/// @param hashes the commit every student was last synced at, from `latest_sync_hashes.json`
/// @param files git's name for the contents of every `students/<id>.json`
public record TrackerState(
    String headOid,
    SortedMap<String, String> users,
    SortedMap<String, String> hashes,
    SortedMap<String, String> files) {

  /// Copies the maps.
  public TrackerState {
    users = IdMap.sorted(users);
    hashes = IdMap.sorted(hashes);
    files = IdMap.sorted(files);
  }

  /// Whether a student was last synced at this commit. A watermark counts only with its file: the
  /// original committed the one and lost the other.
  public boolean holds(String userId, String commitOid) {
    return commitOid.equals(hashes.get(userId)) && files.containsKey(userId);
  }
}
