package dev.backstitch.loadtest.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A summary as lines for a person.
final class ChaosText {
  private static final String ROW = "%-17s %6s %9s %10s %8s %8s";
  private static final String NOT_MEASURED = "-";

  private ChaosText() {}

  static List<String> of(ChaosSummary summary) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "runs %d, steps %d, cancelled or terminated %d"
            .formatted(summary.runs(), summary.steps(), summary.ends()));
    lines.add(ROW.formatted("fault", "tried", "measured", "median ms", "p99 ms", "max ms"));
    summary.faults().forEach(fault -> lines.add(row(fault)));
    ChaosSummary.Recovery recovery = summary.recoveryMillis();
    lines.add(
        "takeovers %d, recovery median %d ms, p99 %d ms, max %d ms, not seen %d"
            .formatted(
                summary.takeovers(),
                recovery.median(),
                recovery.p99(),
                recovery.max(),
                summary.recoveriesNotSeen()));
    lines.add(
        "lost %d, repeated %d, violations %d"
            .formatted(summary.lost(), summary.repeated(), summary.violations()));
    summary.unavailableFaults().forEach(fault -> lines.add("not tried: " + fault));
    lines.addAll(summary.findings());
    if (!summary.evidence().isEmpty()) {
      lines.add("evidence: " + summary.evidence());
    }
    return lines;
  }

  private static String row(ChaosSummary.FaultFigure fault) {
    ChaosSummary.@Nullable Recovery recovery = fault.recoveryMillis();
    String name = fault.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return recovery == null
        ? ROW.formatted(name, fault.tried(), 0, NOT_MEASURED, NOT_MEASURED, NOT_MEASURED)
        : ROW.formatted(
            name,
            fault.tried(),
            recovery.times(),
            recovery.median(),
            recovery.p99(),
            recovery.max());
  }
}
