package dev.backstitch.activities.sync;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.pulls.Fetched;
import dev.backstitch.activities.pulls.FetchedFile;
import dev.backstitch.activities.sync.SyncResult.FailedStudent;
import dev.backstitch.activities.tracker.StudentChange;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.Outcome;
import java.util.ArrayList;
import java.util.List;

/// What fetching brought, student by student. Pure.
///
/// @param changes students whose file is there
/// @param failed students whose file is not, with the reason
/// @param use what fetching all of them cost
record FetchedStudents(List<StudentChange> changes, List<FailedStudent> failed, ApiUse use) {

  FetchedStudents {
    changes = List.copyOf(changes);
    failed = List.copyOf(failed);
  }

  /// @param outcomes one for each student, in the same order
  static FetchedStudents of(
      List<StudentHead> students, List<Outcome<Fetched>> outcomes, String path) {
    List<StudentChange> changes = new ArrayList<>();
    List<FailedStudent> failed = new ArrayList<>();
    ApiUse use = ApiUse.NONE;
    for (int i = 0; i < students.size(); i++) {
      StudentHead student = students.get(i);
      switch (outcomes.get(i)) {
        case Outcome.Success<Fetched>(Fetched fetched) -> {
          use = use.plus(fetched.use());
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
    return new FetchedStudents(changes, failed, use);
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
