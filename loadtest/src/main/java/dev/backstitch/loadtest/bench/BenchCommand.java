package dev.backstitch.loadtest.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The benchmarks, each a subcommand.
@Command(
    name = "bench",
    description = "Measure something, beside what it is compared to, in one run.",
    subcommands = {
      CompareSyncCommand.class,
      SyncLargeCommand.class,
      QuotaCommand.class,
      SyncFaultsCommand.class,
      WebhooksCommand.class,
      WorkersCommand.class,
      PeersCommand.class,
      MicroCommand.class,
      CellsCommand.class
    })
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    CommandLine line = spec.commandLine();
    throw new ParameterException(
        line, "a benchmark is needed: " + String.join(", ", line.getSubcommands().keySet()));
  }
}
