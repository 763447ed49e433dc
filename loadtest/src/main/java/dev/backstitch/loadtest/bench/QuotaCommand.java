package dev.backstitch.loadtest.bench;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.api.command.Output;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints how a backfill and live calls share a quota.
@Command(
    name = "quota",
    mixinStandardHelpOptions = true,
    description = {
      "Look up heads in bulk beside live calls, with 1,200 of 5,000 points left and a reset ahead:",
      "by the quota ledger, by pulldasher's rule, and without a pacer. Two processes, one account.",
      "Exits with 1 if the ledger did not keep the reserve.",
      "The hour of the quota is played in --window seconds; latencies are real."
    })
final class QuotaCommand implements Callable<Integer> {
  @Mixin private final BenchOptions options = new BenchOptions();

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

  @Override
  public Integer call() throws Exception {
    inRange("--heads", heads, 100, 3_500);
    inRange("--window", window, 30, 3_600);
    Duration length = Duration.ofSeconds(window);
    QuotaBench.Plan plan =
        new QuotaBench.Plan(heads, length, length.dividedBy(8), Duration.ofSeconds(30));
    List<QuotaBench.Row> rows = new QuotaBench(plan).measure(List.of(QuotaPacing.values()));
    options.show(rows, this::print);
    return rows.stream()
            .filter(row -> row.pacing().equals(QuotaBench.name(QuotaPacing.LEDGER)))
            .allMatch(QuotaBench.Row::keepsTheReserve)
        ? 0
        : 1;
  }

  private void print(List<QuotaBench.Row> rows) {
    Output output = options.output();
    rows.forEach(row -> {
      output.print(
          "%s: bulk left %d of 1200 before the reset (%d with what live calls used); done %.1f s"
                  .formatted(
                      row.pacing(),
                      row.minimumRemaining(),
                      row.leastWithLive(),
                      row.doneAfterReset())
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
