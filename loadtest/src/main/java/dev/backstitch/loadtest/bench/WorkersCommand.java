package dev.backstitch.loadtest.bench;

import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.demo.TemporaryHome;
import dev.backstitch.migrations.EmbeddedPostgres;
import dev.backstitch.migrations.EmbeddedPostgresConfig;
import dev.backstitch.migrations.Migrator;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
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

  private final Output output = new Output();

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

  @Option(names = "--json", description = "Print an array of rows.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    if (runs < 100 || runs > 1_000_000) {
      throw new IllegalArgumentException("--runs must be 100 to 1000000, was " + runs);
    }
    if (rounds < 1 || rounds > 100) {
      throw new IllegalArgumentException("--rounds must be 1 to 100, was " + rounds);
    }
    try (TemporaryHome home = TemporaryHome.create();
        EmbeddedPostgres postgres =
            EmbeddedPostgres.start(EmbeddedPostgresConfig.in(home.path().resolve("postgres")))) {
      Migrator.migrate(postgres.dataSource());
      DatabaseAddress database =
          new DatabaseAddress(postgres.jdbcUrl(), postgres.user(), postgres.password());
      WorkersComparison.Load load = new WorkersComparison.Load(runs, 10, 256);
      List<WorkersComparison.Row> rows =
          new WorkersComparison(database, load).measure(WORKERS, rounds);
      show(rows);
    }
    return 0;
  }

  private void show(List<WorkersComparison.Row> rows) {
    if (json) {
      output.printJson(rows);
      return;
    }
    output.print(ROW.formatted("workers", "steps/s median", "min", "max"));
    rows.forEach(row ->
        output.print(ROW.formatted(row.workers(), row.stepsPerSecond(), row.least(), row.most())));
  }
}
