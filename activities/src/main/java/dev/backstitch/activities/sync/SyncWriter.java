package dev.backstitch.activities.sync;

import dev.backstitch.activities.pulls.FetchFile;
import dev.backstitch.activities.pulls.Fetched;
import dev.backstitch.activities.tracker.CommitChanges;
import dev.backstitch.activities.tracker.CommitPart;
import dev.backstitch.activities.tracker.CommitResult;
import dev.backstitch.activities.tracker.StudentChange;
import dev.backstitch.activities.tracker.Tracker;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.RunContext;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/// Fetches what has changed and commits it: whole if it fits, else in parts, see [SyncParts].
///
/// @param tracker what the branch held when the sync began
record SyncWriter(RunContext run, Tracker tracker, SyncRequest request) {

  /// The most times that one student is fetched. The second time is rare, the third is when a
  /// student pushes just then, or when an answer is older than the one before.
  private static final int LOOKS = 4;

  /// Fetches the files of some students. A file counts unless the answer that brings it shows the
  /// pull request at another commit, or closed. The list may have come from a replica that lags
  /// behind what the branch holds: then the commit is an older one, or that of a pull request in
  /// whose place another one is open, and to write its file would be a step back.
  FetchedStudents fetch(List<StudentHead> students) {
    Set<Integer> told = told(students);
    FetchedStudents fetched = look(students);
    List<StudentHead> moved = except(told, fetched.moved());
    List<StudentHead> superseded = superseded(told, fetched);
    if ((moved.isEmpty() && superseded.isEmpty()) || !mayLookAgain()) {
      return fetched;
    }
    fetched = fetched.without(superseded);
    for (int looks = 1; looks < LOOKS && !moved.isEmpty(); looks++) {
      FetchedStudents again = look(moved);
      fetched = fetched.replacing(moved, again.without(superseded(told, again)));
      moved = except(told, again.moved());
    }
    return fetched.leaving(moved).newTo(tracker.state());
  }

  /// Those whose pull request is closed, while the branch holds a file of theirs.
  private List<StudentHead> superseded(Set<Integer> told, FetchedStudents fetched) {
    return except(told, fetched.closed()).stream()
        .filter(student -> tracker.state().files().containsKey(student.userId()))
        .toList();
  }

  private static List<StudentHead> except(Set<Integer> told, List<StudentHead> moved) {
    return moved.stream().filter(student -> !told.contains(student.number())).toList();
  }

  /// The pull requests whose heads come from deliveries: those are ahead of what answers show.
  private Set<Integer> told(List<StudentHead> students) {
    if (request.announced() == null) {
      return Set.of();
    }
    Announcements announcements = new Announcements(request.announced());
    return students.stream()
        .filter(announcements::tell)
        .map(StudentHead::number)
        .collect(Collectors.toSet());
  }

  /// Fetches the files of some students once, all at the same time.
  private FetchedStudents look(List<StudentHead> students) {
    List<Outcome<Fetched>> outcomes =
        run.callAll(
            students,
            head ->
                new FetchFile(
                    tracker.target().repository(),
                    head.number(),
                    head.headOid(),
                    head.headRepository(),
                    request.file(),
                    request.laneOfCalls()));
    return FetchedStudents.of(students, outcomes, request.file());
  }

  /// Brings the branch to where the plan wants it.
  Written write(SyncPlan plan) {
    List<List<StudentHead>> portions = SyncParts.ofStudents(plan.toFetch());
    if (portions.size() == 1 || !mayWriteInParts()) {
      return writeWhole(plan);
    }
    Written written = Written.NOTHING;
    SortedMap<String, String> logins = plan.logins();
    for (List<StudentHead> portion : portions) {
      written = written.plus(writePortion(portion, logins));
      logins = Collections.emptySortedMap();
    }
    return written;
  }

  private Written writeWhole(SyncPlan plan) {
    FetchedStudents fetched = fetch(plan.toFetch());
    if (SyncParts.ofChanges(fetched.changes()).size() > 1 && mayWriteInParts()) {
      return Written.of(fetched).plus(commitParts(fetched.changes(), plan.logins()));
    }
    CommitChanges changes =
        new CommitChanges(tracker.target(), tracker.state(), fetched.changes(), plan.logins());
    return changes.changes().isEmpty() && changes.logins().isEmpty()
        ? Written.of(fetched)
        : Written.of(fetched).plus(Written.of(run.call(changes)));
  }

  /// When this returns, what was fetched is on the branch and nobody holds it any more.
  private Written writePortion(List<StudentHead> portion, SortedMap<String, String> logins) {
    FetchedStudents fetched = fetch(portion);
    return Written.of(fetched).plus(commitParts(fetched.changes(), logins));
  }

  private Written commitParts(List<StudentChange> all, SortedMap<String, String> newLogins) {
    Written written = Written.NOTHING;
    SortedMap<String, String> logins = newLogins;
    for (List<StudentChange> changes : SyncParts.ofChanges(all)) {
      if (!changes.isEmpty() || !logins.isEmpty()) {
        CommitPart part = CommitPart.of(tracker.target(), tracker.state(), changes, logins);
        CommitResult committed = run.call(part);
        written = written.plus(Written.of(committed));
        logins = Collections.emptySortedMap();
      }
    }
    return written;
  }

  /// A run that began when nobody looked again writes what the list said.
  private boolean mayLookAgain() {
    return run.version("sync-looks-again", 1, 2) > 1;
  }

  /// A run that began when there were no parts commits once, whatever it takes.
  private boolean mayWriteInParts() {
    return run.version("sync-in-parts", 1, 2) > 1;
  }
}
