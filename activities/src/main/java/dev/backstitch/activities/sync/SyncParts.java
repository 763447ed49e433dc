package dev.backstitch.activities.sync;

import dev.backstitch.activities.tracker.StudentChange;
import java.util.ArrayList;
import java.util.List;

/// How much of a sync is done at a time. Pure.
///
/// A class is synced whole, in one commit, as long as it fits. Thousands of new files do not: not
/// in the memory of a worker, not in one activity's input, and not in one request to GitHub, which
/// refuses a commit of some 40 MB and gives up on anything after ten seconds. What is larger is
/// fetched and committed part by part. Each commit holds files with their watermarks, so a sync
/// that ends between two of them has done what it has done, and the next one does the rest.
final class SyncParts {

  /// The most students fetched before something is committed.
  static final int STUDENTS = 500;

  /// The most text in one commit, unless one file alone is larger. In base64 it is a third more.
  static final int TEXT_CHARS = 8_000_000;

  private SyncParts() {}

  /// The students in portions that are fetched together, in order; one empty portion of none.
  static List<List<StudentHead>> ofStudents(List<StudentHead> students) {
    List<List<StudentHead>> portions = new ArrayList<>();
    for (int from = 0; from == 0 || from < students.size(); from += STUDENTS) {
      portions.add(students.subList(from, Math.min(from + STUDENTS, students.size())));
    }
    return portions;
  }

  /// The changes in portions that are committed together, in order; one empty portion of none.
  static List<List<StudentChange>> ofChanges(List<StudentChange> changes) {
    List<List<StudentChange>> portions = new ArrayList<>();
    List<StudentChange> portion = new ArrayList<>();
    long chars = 0;
    for (StudentChange change : changes) {
      if (!portion.isEmpty() && chars + change.text().length() > TEXT_CHARS) {
        portions.add(portion);
        portion = new ArrayList<>();
        chars = 0;
      }
      portion.add(change);
      chars += change.text().length();
    }
    portions.add(portion);
    return portions;
  }
}
