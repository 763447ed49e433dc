package dev.backstitch.loadtest.bench;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.load.stage.LoadDatabase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints the throughput of one, two and three workers on one database.
@Command(
    name = "workers",
    mixinStandardHelpOptions = true,
    description = {
      "Do the same durable steps with one, two and three workers on one database, in turns.",
      "Everything shares the processors of this machine; fsync is on."
    })
final class WorkersCommand implements Callable<Integer> {
  private static final List<Integer> WORKERS = List.of(1, 2, 3);
  private static final String ROW = "%-8s %14s %10s %10s";

  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "4000",
      description = "Runs per measurement, 100 to 1000000. Default: ${DEFAULT-VALUE}.")
  private int runs = 4_000;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Measurements of each, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private int rounds = 3;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    inRange("--runs", runs, 100, 1_000_000);
    inRange("--rounds", rounds, 1, 100);
    try (LoadDatabase database = LoadDatabase.start()) {
      WorkersComparison.Load load = new WorkersComparison.Load(runs, 10, 256);
      List<WorkersComparison.Row> rows =
          new WorkersComparison(database.address(), load).measure(WORKERS, rounds);
      options.show(rows, this::print);
    }
    return 0;
  }

  private void print(List<WorkersComparison.Row> rows) {
    Output output = options.output();
    output.print(ROW.formatted("workers", "steps/s median", "min", "max"));
    rows.forEach(row ->
        output.print(ROW.formatted(row.workers(), row.stepsPerSecond(), row.least(), row.most())));
  }
}
