package dev.backstitch.loadtest.bench;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.loadtest.option.StudentsOption;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints what failing requests and a killed process cost a sync.
@Command(
    name = "sync-faults",
    mixinStandardHelpOptions = true,
    description = {
      "Sync a simulated class without trouble, then again and again with 5 %% of all requests answered",
      "502, 2 %% taking effect before their connection is reset, and one kill -9 of the worker, each",
      "time at another request. Every branch must get the tree of the quiet sync in one commit; all",
      "rounds together may make 1.3 times as many requests. Exits with 1 if that does not hold."
    })
final class SyncFaultsCommand implements Callable<Integer> {
  private static final String ROW = "%-12s %9s %5s %7s %9s %8s %6s %9s";

  @Mixin private final BenchOptions options = new BenchOptions();
  @Mixin private final StudentsOption students = new StudentsOption();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "12",
      description =
          "Troubled syncs, 1 to 1000; a quiet one of 185 students makes 12 requests, so 12 rounds"
              + " kill at each of them once. Default: ${DEFAULT-VALUE}.")
  private int rounds = 12;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "Decides which requests fail. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Override
  public Integer call() throws InterruptedException {
    inRange("--rounds", rounds, 1, 1_000);
    // The hourly quota of a user would end long rounds; it is what `bench quota` is about.
    SimulatorConfig simulator =
        SimulatorConfig.likeGitHub().withStudents(students.number()).withHourlyLimit(1_000_000);
    if (!options.json()) {
      options
          .output()
          .print(
              ROW.formatted(
                  "sync", "killed at", "502", "resets", "requests", "commits", "tree", "seconds"));
    }
    SyncFaultsBench.Report report =
        new SyncFaultsBench(
                new SyncFaultsBench.Plan(simulator, rounds, 0.05, 0.02, seed), this::show)
            .measure();
    if (options.json()) {
      options.output().printJson(report);
    } else {
      options.output().print(verdict(report));
    }
    return report.isRight() && report.isCheap() ? 0 : 1;
  }

  private void show(SyncFaultsBench.Row row) {
    if (!options.json()) {
      options
          .output()
          .print(
              ROW.formatted(
                  row.sync(),
                  row.killedAt() == null ? "-" : row.killedAt(),
                  row.unavailable(),
                  row.resets(),
                  row.requests(),
                  row.commits(),
                  row.sameTree() ? "right" : "WRONG",
                  String.format(Locale.ROOT, "%.1f", row.seconds())));
    }
  }

  private static String verdict(SyncFaultsBench.Report report) {
    return String.format(
        Locale.ROOT,
        "%s; %.2f times the requests of the quiet sync (allowed: %.1f on average), %.2f in the"
            + " worst round, and more than allowed in %d of %d",
        report.isRight()
            ? "every branch is right, with one commit"
            : "NOT every branch is right with one commit, or GitHub's contract was broken",
        report.ofQuiet(),
        SyncFaultsBench.ALLOWED,
        report.worstOfQuiet(),
        report.above(),
        report.troubled().size());
  }
}
