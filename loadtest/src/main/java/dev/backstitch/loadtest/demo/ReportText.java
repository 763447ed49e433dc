package dev.backstitch.loadtest.demo;

import dev.backstitch.loadtest.sync.SyncReport;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A sync's report as lines for a person.
final class ReportText {
  private static final String INDENT = " ".repeat(13);

  private ReportText() {}

  static List<String> of(SyncReport report, URI page) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-12s %d students: %d changed, %d unchanged, %d failed",
            report.scenario(),
            report.students(),
            report.changed(),
            report.unchanged(),
            report.failed().size()));
    report
        .failed()
        .forEach(student ->
            lines.add(
                INDENT
                    + "#"
                    + student.number()
                    + " "
                    + student.login()
                    + ": "
                    + student.message()));
    lines.add(
        String.format(
            Locale.ROOT,
            "%s%d requests, %d points of quota, %.2f s",
            INDENT,
            report.requests(),
            report.points(),
            report.seconds()));
    String commit = report.commit();
    lines.add(INDENT + "commit " + (commit == null ? "none: nothing has changed" : commit));
    lines.add(INDENT + page);
    return lines;
  }
}
