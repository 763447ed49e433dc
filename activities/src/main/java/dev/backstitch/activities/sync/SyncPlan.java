package dev.backstitch.activities.sync;

import dev.backstitch.activities.format.IdMap;
import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.pulls.Head;
import dev.backstitch.activities.sync.SyncResult.SkippedPullRequest;
import dev.backstitch.activities.tracker.TrackerState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a sync has to do, given what the branch holds and where the pull requests stand. Pure: the
/// order of the heads does not matter.
///
/// @param toFetch students whose file must be read, by the number of the pull request
/// @param unchanged how many students need nothing
/// @param logins new logins of unchanged students, by user id
/// @param skipped pull requests that are left out, by number
record SyncPlan(
    List<StudentHead> toFetch,
    int unchanged,
    SortedMap<String, String> logins,
    List<SkippedPullRequest> skipped) {

  SyncPlan {
    toFetch = List.copyOf(toFetch);
    logins = IdMap.sorted(logins);
    skipped = List.copyOf(skipped);
  }

  static SyncPlan of(TrackerState known, Collection<Head> heads) {
    List<SkippedPullRequest> skipped = new ArrayList<>();
    List<StudentHead> toFetch = new ArrayList<>();
    SortedMap<String, String> logins = new TreeMap<>();
    Collection<StudentHead> students = onePerStudent(heads, skipped);
    for (StudentHead student : students) {
      if (!known.holds(student.userId(), student.headOid())) {
        toFetch.add(student);
      } else if (!student.login().equals(known.users().get(student.userId()))) {
        logins.put(student.userId(), student.login());
      }
    }
    skipped.sort(Comparator.comparingInt(SkippedPullRequest::number));
    return new SyncPlan(toFetch, students.size() - toFetch.size(), logins, skipped);
  }

  int students() {
    return toFetch.size() + unchanged;
  }

  /// Of two open pull requests of one student the one with the highest number counts. Otherwise
  /// they would take turns: each sync would find the other's watermark and fetch again.
  private static Collection<StudentHead> onePerStudent(
      Collection<Head> heads, List<SkippedPullRequest> skipped) {
    // A page boundary can show a pull request twice; the later page knows better.
    SortedMap<Integer, Head> byNumber = new TreeMap<>();
    heads.forEach(head -> byNumber.put(head.number(), head));
    Map<String, StudentHead> byStudent = new TreeMap<>();
    for (Head head : byNumber.values()) {
      Author author = head.author();
      if (author == null) {
        skipped.add(new SkippedPullRequest(head.number(), null, "the author's account is deleted"));
      } else if (author.userId() == null) {
        skipped.add(
            new SkippedPullRequest(
                head.number(), author.login(), "the author is a bot or an organization"));
      } else {
        StudentHead student =
            new StudentHead(
                Long.toString(author.userId()),
                author.login(),
                head.number(),
                head.headOid(),
                head.headRepository());
        StudentHead lower = byStudent.put(student.userId(), student);
        if (lower != null) {
          skipped.add(
              new SkippedPullRequest(
                  lower.number(),
                  lower.login(),
                  "the same author's pull request " + student.number() + " counts"));
        }
      }
    }
    return byStudent.values().stream()
        .sorted(Comparator.comparingInt(StudentHead::number))
        .toList();
  }
}
