package dev.backstitch.loadtest.bench;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.cells.CellsBench;
import dev.backstitch.loadtest.cells.CellsRow;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints what one cell does, and what several do together.
@Command(
    name = "cells",
    mixinStandardHelpOptions = true,
    description = {
      "Put the same load for each cell on one cell and on several. A cell is a durable PostgreSQL and",
      "a server process of its own; a router sends each run to the cell of its key. Held at a rate,",
      "N cells do N times as much at the same cost per step, as long as there are processors; flat",
      "out, the processors of this machine are what all of them share."
    })
final class CellsCommand implements Callable<Integer> {
  private static final String ROW = "%-6s %-9s %12s %10s %10s %9s %9s %9s %13s";

  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--cells",
      paramLabel = "N[,N...]",
      split = ",",
      defaultValue = "1,2,4",
      description = "How many cells, 1 to 16 each. Default: ${DEFAULT-VALUE}.")
  private List<Integer> cells = List.of();

  @Option(
      names = "--rate",
      paramLabel = "PER_SECOND",
      defaultValue = "20",
      description =
          "Runs a second for each cell where it is held, 0.1 to 10000. Default: ${DEFAULT-VALUE}.")
  private double rate = 20;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      defaultValue = "32",
      description = "Clients for each cell flat out, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int inFlight = 32;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description = "Durable steps of each run, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int steps = 10;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long each measurement takes, 0.5 to 600. Default: ${DEFAULT-VALUE}.")
  private double seconds = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "20",
      description = {
        "How long all cells are kept busy before, 0.5 to 600 seconds. Servers that have done little",
        "cost more. Default: ${DEFAULT-VALUE}."
      })
  private double warmUp = 20;

  @Override
  public Integer call() throws InterruptedException {
    CellsBench.Plan plan = plan();
    List<CellsRow> rows;
    try (CellsBench bench = CellsBench.open(plan, options.output()::say)) {
      rows = bench.measure();
    }
    options.show(rows, this::print);
    return rows.stream().allMatch(row -> row.notDone() == 0) ? 0 : 1;
  }

  private CellsBench.Plan plan() {
    cells.forEach(count -> inRange("--cells", count, 1, 16));
    inRange("--rate", rate, 0.1, 10_000);
    inRange("--in-flight", inFlight, 1, 1_000);
    inRange("--steps", steps, 1, 1_000);
    inRange("--seconds", seconds, 0.5, 600);
    inRange("--warm-up", warmUp, 0.5, 600);
    return new CellsBench.Plan(
        cells.stream().distinct().sorted().toList(),
        rate,
        inFlight,
        steps,
        Duration.ofNanos(Math.round(warmUp * 1e9)),
        Duration.ofNanos(Math.round(seconds * 1e9)));
  }

  private void print(List<CellsRow> rows) {
    Output output = options.output();
    output.print(
        "%d processors for all cells, the router and the clients; %d steps per run, 200 bytes each"
            .formatted(Runtime.getRuntime().availableProcessors(), steps));
    output.print(
        ROW.formatted(
            "cells",
            "load",
            "offered/s",
            "runs/s",
            "steps/s",
            "p50 ms",
            "p99 ms",
            "not done",
            "cpu s/1,000"));
    for (CellsRow row : rows) {
      output.print(
          ROW.formatted(
              row.cells(),
              row.load(),
              figure(row.offeredRunsPerSecond(), 1),
              figure(row.runsPerSecond(), 1),
              figure(row.stepsPerSecond(), 0),
              figure(row.p50Millis(), 1),
              figure(row.p99Millis(), 1),
              row.notDone(),
              figure(row.cpuSecondsPerThousandSteps(), 3)));
      row.eachCell().forEach(cell -> output.print(line(cell)));
    }
    output.print("");
    output.print("cpu is seconds of processor time per 1,000 steps, of servers and databases.");
  }

  private static String line(CellsRow.Each cell) {
    return "  %-13s %12d runs %10s steps/s %10s server + %s database"
        .formatted(
            cell.cell(),
            cell.runs(),
            figure(cell.stepsPerSecond(), 0),
            figure(cell.engineCpuSecondsPerThousandSteps(), 3),
            figure(cell.databaseCpuSecondsPerThousandSteps(), 3));
  }

  private static String figure(@Nullable Double value, int decimals) {
    return value == null ? "-" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
