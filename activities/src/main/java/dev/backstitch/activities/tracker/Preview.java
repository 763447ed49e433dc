package dev.backstitch.activities.tracker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What [CommitChanges] would write, file by file, without writing it. Pure.
///
/// Nobody is ever taken away: a student whose pull request was closed keeps the file, as in the
/// original.
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
  public record FileDiff(String path, List<Student> added, List<Student> changed) {

    /// Copies the lists.
    public FileDiff {
      added = List.copyOf(added);
      changed = List.copyOf(changed);
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
        files.add(new FileDiff(path, isNew ? student : List.of(), isNew ? List.of() : student));
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
    map.after()
        .forEach((id, now) -> {
          Student student = new Student(id, logins.getOrDefault(id, ""));
          if (!map.before().containsKey(id)) {
            added.add(student);
          } else if (!now.equals(map.before().get(id))) {
            changed.add(student);
          }
        });
    if (!added.isEmpty() || !changed.isEmpty()) {
      files.add(new FileDiff(path, added, changed));
    }
  }
}
