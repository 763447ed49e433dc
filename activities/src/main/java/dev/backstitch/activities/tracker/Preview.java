package dev.backstitch.activities.tracker;

import dev.backstitch.activities.format.IdMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What [CommitChanges] would write, file by file, without writing it. Pure.
///
/// @param students how many students would change
/// @param files by path; empty if the branch holds all of it already
public record Preview(int students, List<FileDiff> files) {

  /// Nothing would be written.
  public static final Preview NOTHING = new Preview(0, List.of());

  /// Copies the list.
  public Preview {
    files = List.copyOf(files);
  }

  /// One file that would be written.
  ///
  /// @param path on the branch
  /// @param added students that the file does not have yet
  /// @param changed students of whom it would say something else
  /// @param removed students that it would not have any more
  public record FileDiff(
      String path, List<Student> added, List<Student> changed, List<Student> removed) {

    /// Copies the lists.
    public FileDiff {
      added = List.copyOf(added);
      changed = List.copyOf(changed);
      removed = List.copyOf(removed);
    }
  }

  /// A student that a file would say something else of.
  ///
  /// @param login as the map of users would say
  public record Student(String userId, String login) {}

  /// The difference to the state the changes were made against.
  public static Preview of(CommitChanges wanted) {
    TrackerState before = wanted.base();
    Merge after = Merge.of(wanted, before, Map.of());
    Layout paths = wanted.target().paths();
    SortedMap<String, String> logins = new TreeMap<>(before.users());
    logins.putAll(after.users());
    List<FileDiff> files = new ArrayList<>();
    for (StudentChange change : wanted.changes()) {
      String path = paths.studentPath(change.userId());
      if (after.files().containsKey(path)) {
        List<Student> student = List.of(new Student(change.userId(), change.login()));
        boolean isNew = !before.files().containsKey(change.userId());
        files.add(
            new FileDiff(
                path, isNew ? student : List.of(), isNew ? List.of() : student, List.of()));
      }
    }
    addMap(files, paths.userMap(), new MapChange(before.users(), after.users()), logins);
    addMap(files, paths.hashes(), new MapChange(before.hashes(), after.hashes()), logins);
    return new Preview(after.students(), files);
  }

  private record MapChange(SortedMap<String, String> before, SortedMap<String, String> after) {}

  private static void addMap(
      List<FileDiff> files, String path, MapChange map, Map<String, String> logins) {
    List<Student> added = new ArrayList<>();
    List<Student> changed = new ArrayList<>();
    List<Student> removed = new ArrayList<>();
    SortedSet<String> ids = new TreeSet<>(IdMap.sorted(Map.of()).comparator());
    ids.addAll(map.before().keySet());
    ids.addAll(map.after().keySet());
    for (String id : ids) {
      Student student = new Student(id, logins.getOrDefault(id, ""));
      String now = map.after().get(id);
      if (now == null) {
        removed.add(student);
      } else if (!map.before().containsKey(id)) {
        added.add(student);
      } else if (!now.equals(map.before().get(id))) {
        changed.add(student);
      }
    }
    if (!added.isEmpty() || !changed.isEmpty() || !removed.isEmpty()) {
      files.add(new FileDiff(path, added, changed, removed));
    }
  }
}
