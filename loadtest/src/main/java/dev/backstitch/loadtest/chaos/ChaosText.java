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
    lines.addAll(late(summary.late()));
    summary.unavailableFaults().forEach(fault -> lines.add("not tried: " + fault));
    lines.addAll(summary.findings());
    if (!summary.evidence().isEmpty()) {
      lines.add("evidence: " + summary.evidence());
    }
    return lines;
  }

  /// What was excused, and why: nobody shall take it for nothing.
  private static List<String> late(long late) {
    return """
    begun late by a process that had stood still %d
      Such a READ or WRITE began behind its own durable outcome: its process had leave to begin it,
      stood still (SIGSTOP, a starved machine) while another one took over, and began it on waking up.
      Not counted as repeated. A WRITE has the same idempotency key both times; a ONCE has no excuse.\
    """
        .formatted(late)
        .lines()
        .toList();
  }

  /// The summary of the scenario failover.
  static List<String> of(Failover.Summary summary) {
    List<String> lines = new ArrayList<>(summary.findings());
    lines.add("open runs, as counted before the first kill: " + summary.openRuns());
    lines.add("kill -9: " + summary.kill() + ", goal held: " + summary.killGoalHeld());
    lines.add("SIGSTOP: " + summary.freeze() + ", goal held: " + summary.freezeGoalHeld());
    lines.add("recoveries not seen: " + summary.recoveriesNotSeen());
    lines.add(
        "lost %d, repeated %d, violations %d"
            .formatted(summary.lost(), summary.repeated(), summary.violations()));
    lines.addAll(late(summary.late()));
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
