package dev.backstitch.loadtest.demo;

import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.loadtest.sync.SyncReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sync's report as JSON.
///
/// @param failed how many students' files could not be had
/// @param failures the same, each with its reason
/// @param seconds rounded to milliseconds
record ReportDocument(
    String scenario,
    int students,
    int changed,
    int unchanged,
    int failed,
    long requests,
    long points,
    long commits,
    double seconds,
    String runId,
    @Nullable String commit,
    List<SyncResult.FailedStudent> failures) {

  ReportDocument {
    failures = List.copyOf(failures);
  }

  static ReportDocument of(SyncReport report) {
    return new ReportDocument(
        report.scenario(),
        report.students(),
        report.changed(),
        report.unchanged(),
        report.failed().size(),
        report.requests(),
        report.points(),
        report.commits(),
        Math.round(report.seconds() * 1000) / 1000.0,
        report.runId().toString(),
        report.commit(),
        report.failed());
  }
}
