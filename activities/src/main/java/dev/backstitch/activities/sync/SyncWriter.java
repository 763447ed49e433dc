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
import java.util.SortedMap;

/// Fetches what has changed and commits it: whole if it fits, else in parts, see [SyncParts].
///
/// @param tracker what the branch held when the sync began
record SyncWriter(RunContext run, Tracker tracker, SyncRequest request) {

  /// Fetches the files of some students, all at the same time.
  FetchedStudents fetch(List<StudentHead> students) {
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

  /// A run that began when there were no parts commits once, whatever it takes.
  private boolean mayWriteInParts() {
    return run.version("sync-in-parts", 1, 2) > 1;
  }
}
