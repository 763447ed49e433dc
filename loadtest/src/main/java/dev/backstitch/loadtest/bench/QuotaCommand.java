package dev.backstitch.loadtest.bench;

import dev.backstitch.api.command.Output;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints how a backfill and live calls share a quota.
@Command(
    name = "quota",
    mixinStandardHelpOptions = true,
    description = {
      "Look up heads in bulk beside live calls, with 1,200 of 5,000 points left and a reset ahead:",
      "by the quota ledger, by pulldasher's rule, and without a pacer. Two processes, one account.",
      "The hour of the quota is played in --window seconds; latencies are real."
    })
final class QuotaCommand implements Callable<Integer> {
  private final Output output = new Output();

  @Option(
      names = "--heads",
      paramLabel = "N",
      defaultValue = "3000",
      description = "Heads to look up, 100 to 3500. Default: ${DEFAULT-VALUE}.")
  private int heads = 3_000;

  @Option(
      names = "--window",
      paramLabel = "SECONDS",
      defaultValue = "240",
      description = "How long an hour lasts, 30 to 3600. Default: ${DEFAULT-VALUE}.")
  private int window = 240;

  @Option(names = "--json", description = "Print an array of rows.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (heads < 100 || heads > 3_500) {
      throw new IllegalArgumentException("--heads must be 100 to 3500, was " + heads);
    }
    if (window < 30 || window > 3_600) {
      throw new IllegalArgumentException("--window must be 30 to 3600, was " + window);
    }
    Duration length = Duration.ofSeconds(window);
    QuotaBench.Plan plan =
        new QuotaBench.Plan(heads, length, length.dividedBy(8), Duration.ofSeconds(30));
    show(new QuotaBench(plan).measure(List.of(QuotaPacing.values())));
    return 0;
  }

  private void show(List<QuotaBench.Row> rows) {
    if (json) {
      output.printJson(rows);
      return;
    }
    rows.forEach(row -> {
      output.print(
          "%s: bulk left %d of 1200 before the reset (least %d, with what live calls used); done %.1f s"
                  .formatted(
                      row.pacing(), row.leftByBulk(), row.minimumRemaining(), row.doneAfterReset())
              + " after the reset, %.0f %% of a window"
                  .formatted(row.doneAfterResetOfWindow() * 100));
      output.print(
          "  live p50 %.0f ms, p99 %.0f ms (%.2f times idle), %d of %d late; %d requests refused"
              .formatted(
                  row.liveP50Millis(),
                  row.liveP99Millis(),
                  row.liveP99OfIdle(),
                  row.liveLate(),
                  row.liveCalls(),
                  row.refused()));
    });
  }
}
