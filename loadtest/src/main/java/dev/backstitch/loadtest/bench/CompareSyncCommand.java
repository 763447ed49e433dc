package dev.backstitch.loadtest.bench;

import dev.backstitch.loadtest.load.stage.LoadDatabase;
import dev.backstitch.loadtest.option.StudentsOption;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints a sync of the simulated class beside the original's way.
@Command(
    name = "compare-sync",
    mixinStandardHelpOptions = true,
    description = {
      "Sync a simulated class (cold, ten changed, nothing changed), and beside it the original's way:",
      "eight threads with a skip on unchanged heads, and one request after the other."
    })
final class CompareSyncCommand implements Callable<Integer> {
  private static final String ROW = "%-12s %-12s %9s %7s %8s %9s";

  @Mixin private final BenchOptions options = new BenchOptions();
  @Mixin private final StudentsOption students = new StudentsOption();

  @Option(
      names = "--graphql-millis",
      paramLabel = "MS",
      defaultValue = "350",
      description = "Latency of a GraphQL call. Default: ${DEFAULT-VALUE}.")
  private int graphQlMillis = 350;

  @Option(
      names = "--rest-millis",
      paramLabel = "MS",
      defaultValue = "120",
      description = "Latency of a REST call. Default: ${DEFAULT-VALUE}.")
  private int restMillis = 120;

  @Override
  public Integer call() throws IOException, InterruptedException {
    SimulatorConfig config =
        SimulatorConfig.likeGitHub()
            .withStudents(students.number())
            .withLatency(Duration.ofMillis(graphQlMillis), Duration.ofMillis(restMillis));
    if (!options.json()) {
      options
          .output()
          .print(ROW.formatted("way", "scenario", "requests", "points", "commits", "seconds"));
    }
    try (LoadDatabase database = LoadDatabase.start()) {
      List<SyncComparison.Row> rows =
          new SyncComparison(config, this::show).run(database.address());
      if (options.json()) {
        options.output().printJson(rows);
      }
    }
    return 0;
  }

  private void show(SyncComparison.Row row) {
    if (!options.json()) {
      options
          .output()
          .print(
              ROW.formatted(
                  row.way(),
                  row.scenario(),
                  row.requests(),
                  row.points(),
                  row.commits(),
                  String.format(Locale.ROOT, "%.2f", row.seconds())));
    }
  }
}
