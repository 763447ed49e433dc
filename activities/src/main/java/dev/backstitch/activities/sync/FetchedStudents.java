package dev.backstitch.activities.sync;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.pulls.Fetched;
import dev.backstitch.activities.pulls.FetchedFile;
import dev.backstitch.activities.sync.SyncResult.FailedStudent;
import dev.backstitch.activities.tracker.StudentChange;
import dev.backstitch.activities.tracker.TrackerState;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What fetching brought, student by student. Pure.
///
/// @param changes students whose file is there
/// @param failed students whose file is not, with the reason
/// @param moved students of both kinds whose pull request was shown at another commit, each there
/// @param closed students of both kinds whose pull request was shown closed; none of them moved
/// @param use what fetching all of them cost
record FetchedStudents(
    List<StudentChange> changes,
    List<FailedStudent> failed,
    List<StudentHead> moved,
    List<StudentHead> closed,
    ApiUse use) {
  private static final Failure STILL_MOVING =
      new Failure(
          "still-moving",
          "each answer shows the pull request at another commit; the next sync tries again");

  FetchedStudents {
    changes = List.copyOf(changes);
    failed = List.copyOf(failed);
    moved = List.copyOf(moved);
    closed = List.copyOf(closed);
  }

  /// @param outcomes one for each student, in the same order
  static FetchedStudents of(
      List<StudentHead> students, List<Outcome<Fetched>> outcomes, String path) {
    List<StudentChange> changes = new ArrayList<>();
    List<FailedStudent> failed = new ArrayList<>();
    List<StudentHead> moved = new ArrayList<>();
    List<StudentHead> closed = new ArrayList<>();
    ApiUse use = ApiUse.NONE;
    for (int i = 0; i < students.size(); i++) {
      StudentHead student = students.get(i);
      switch (outcomes.get(i)) {
        case Outcome.Success<Fetched>(Fetched fetched) -> {
          use = use.plus(fetched.use());
          if (fetched.closed() != null) {
            closed.add(student);
          } else if (fetched.movedTo() != null) {
            moved.add(student.at(fetched.movedTo()));
          }
          if (fetched.file() instanceof FetchedFile.Found found) {
            changes.add(
                new StudentChange(
                    student.userId(),
                    student.login(),
                    student.number(),
                    student.headOid(),
                    found.text()));
          } else {
            failed.add(failedStudent(student, reason(fetched.file(), student, path)));
          }
        }
        case Outcome.Failed<Fetched>(Failure failure) ->
            failed.add(failedStudent(student, failure));
        case Outcome.Unknown<Fetched>() ->
            failed.add(
                failedStudent(
                    student, new Failure("outcome-unknown", "nobody knows whether it was read")));
      }
    }
    return new FetchedStudents(changes, failed, moved, closed, use);
  }

  /// With what came when some of those that have moved were fetched again.
  FetchedStudents replacing(List<StudentHead> asked, FetchedStudents again) {
    FetchedStudents others = without(asked);
    return new FetchedStudents(
        both(others.changes, again.changes),
        both(others.failed, again.failed),
        again.moved,
        List.of(),
        use.plus(again.use));
  }

  /// With some students failed because they never stood still.
  FetchedStudents leaving(List<StudentHead> moving) {
    FetchedStudents others = without(moving);
    List<FailedStudent> failures =
        moving.stream().map(student -> failedStudent(student, STILL_MOVING)).toList();
    return new FetchedStudents(
        others.changes, both(others.failed, failures), List.of(), List.of(), use);
  }

  /// Without those whom the branch holds already as they were found in the end.
  FetchedStudents newTo(TrackerState branch) {
    List<StudentChange> news =
        changes.stream()
            .filter(change -> !branch.holds(change.userId(), change.headOid()))
            .toList();
    return new FetchedStudents(news, failed, moved, closed, use);
  }

  /// Without what came of these students.
  FetchedStudents without(List<StudentHead> students) {
    Set<Integer> numbers = students.stream().map(StudentHead::number).collect(Collectors.toSet());
    return new FetchedStudents(
        changes.stream().filter(change -> !numbers.contains(change.number())).toList(),
        failed.stream().filter(student -> !numbers.contains(student.number())).toList(),
        moved,
        closed,
        use);
  }

  private static <T> List<T> both(List<T> some, List<T> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private static FailedStudent failedStudent(StudentHead student, Failure reason) {
    return new FailedStudent(student.number(), student.login(), reason.type(), reason.message());
  }

  private static Failure reason(FetchedFile file, StudentHead student, String path) {
    String commit = student.headOid().substring(0, Math.min(12, student.headOid().length()));
    return switch (file) {
      case FetchedFile.Found _ -> throw new IllegalArgumentException("a found file did not fail");
      case FetchedFile.MissingFile() ->
          new Failure("missing-file", "commit " + commit + " holds no file " + path);
      case FetchedFile.InvalidJson(String reason) ->
          new Failure("invalid-json", path + " at commit " + commit + ": " + reason);
      case FetchedFile.TooBig big ->
          new Failure("too-big", path + " at commit " + commit + tooBig(big));
      case FetchedFile.Gone(String reason) -> new Failure("gone", reason);
    };
  }

  private static String tooBig(FetchedFile.TooBig file) {
    if (file.what() != null) {
      return " could not be read: " + file.what() + " has more than " + file.maxBytes() + " bytes";
    }
    return file.sizeBytes() == null
        ? " has more than " + file.maxBytes() + " bytes"
        : " has " + file.sizeBytes() + " bytes, more than " + file.maxBytes();
  }
}
