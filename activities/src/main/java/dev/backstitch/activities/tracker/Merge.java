package dev.backstitch.activities.tracker;

import dev.backstitch.activities.format.GitBlob;
import dev.backstitch.activities.format.IdMap;
import dev.backstitch.activities.format.MalformedFileException;
import dev.backstitch.activities.format.ProgressFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Changes that were made against one state of the branch, applied to another. Pure.
///
/// @param files what must be written, by path: only what differs from the branch. The contents are
///   ASCII
/// @param students how many students change
/// @param users the map of users as it will be
/// @param hashes the map of watermarks as it will be
record Merge(
    SortedMap<String, String> files,
    int students,
    SortedMap<String, String> users,
    SortedMap<String, String> hashes) {

  Merge {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    users = IdMap.sorted(users);
    hashes = IdMap.sorted(hashes);
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /// The branch once this is on it.
  ///
  /// @param before the branch that it was made for
  /// @param headOid the commit that brought it
  TrackerState on(TrackerState before, Layout paths, String headOid) {
    SortedMap<String, String> blobs = new TreeMap<>(before.files());
    files.forEach((path, text) -> {
      if (path.startsWith(paths.students() + "/")) {
        String name = path.substring(paths.students().length() + 1);
        blobs.put(Layout.userIdOf(name), GitBlob.oid(text.getBytes(StandardCharsets.US_ASCII)));
      }
    });
    return new TrackerState(headOid, users, hashes, blobs);
  }

  /// The changes whose watermark another writer has moved meanwhile, to something that is neither
  /// what we started from nor what we want. Who is right can't be told from the branch.
  static List<StudentChange> contested(CommitChanges wanted, TrackerState current) {
    List<StudentChange> contested = new ArrayList<>();
    for (StudentChange change : wanted.changes()) {
      @Nullable String before = wanted.base().hashes().get(change.userId());
      @Nullable String now = current.hashes().get(change.userId());
      if (!Objects.equals(now, before) && !change.headOid().equals(now)) {
        contested.add(change);
      }
    }
    return contested;
  }

  /// Applies the changes to the branch as it is now.
  ///
  /// @param heads where the open pull requests of the contested changes stand, by number. Ours wins
  ///   only if it is still there: otherwise the other writer's is at least as new, and what is
  ///   newer than both comes with the next sync.
  static Merge of(CommitChanges wanted, TrackerState current, Map<Integer, String> heads) {
    List<StudentChange> contested = contested(wanted, current);
    Layout paths = wanted.target().paths();
    SortedMap<String, String> files = new TreeMap<>();
    TreeMap<String, String> users = new TreeMap<>(current.users());
    TreeMap<String, String> hashes = new TreeMap<>(current.hashes());
    int students = 0;
    for (StudentChange change : wanted.changes()) {
      if (contested.contains(change) && !change.headOid().equals(heads.get(change.number()))) {
        continue;
      }
      users.put(change.userId(), change.login());
      boolean moved = !change.headOid().equals(hashes.put(change.userId(), change.headOid()));
      byte[] rendered = rendered(change);
      @Nullable String blobNow = current.files().get(change.userId());
      boolean written = blobNow == null || !GitBlob.isOf(blobNow, rendered);
      if (written) {
        files.put(paths.studentPath(change.userId()), ascii(rendered));
      }
      if (moved || written) {
        students++;
      }
    }
    wanted.logins().forEach((id, login) -> putLogin(users, current, id, login));
    if (!users.equals(current.users())) {
      files.put(paths.userMap(), ascii(IdMap.rendered(users)));
    }
    if (!hashes.equals(current.hashes())) {
      files.put(paths.hashes(), ascii(IdMap.rendered(hashes)));
    }
    return new Merge(files, students, users, hashes);
  }

  /// A reader takes an entry in the map for a promise that the file is there.
  private static void putLogin(
      Map<String, String> users, TrackerState current, String id, String login) {
    if (current.files().containsKey(id)) {
      users.put(id, login);
    }
  }

  private static byte[] rendered(StudentChange change) {
    try {
      return ProgressFile.parse(change.text().getBytes(StandardCharsets.UTF_8)).rendered();
    } catch (MalformedFileException malformed) {
      throw new IllegalStateException(
          "the file of pull request " + change.number() + " was valid when it was fetched",
          malformed);
    }
  }

  private static String ascii(byte[] rendered) {
    return new String(rendered, StandardCharsets.US_ASCII);
  }
}
