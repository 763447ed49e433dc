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
      "The hour of the quota is played in --window seconds; latencies are real.",
      "Exits with 1 if the ledger did not keep the reserve or was done later after the reset than",
      "docs/quota.md says. Live calls beside it that take more than 1.2 times as long as alone (99th",
      "percentile) are told and don't count, unless --strict is given."
    })
final class QuotaCommand implements Callable<Integer> {
  /// So that a 99th percentile says something.
  private static final Duration IDLE_AT_LEAST = Duration.ofSeconds(30);

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

  @Option(
      names = "--strict",
      description =
          "Exit with 1 if live calls were too slow, too. For a machine that does nothing else.")
  private boolean strict;

  @Override
  public Integer call() throws Exception {
    inRange("--heads", heads, 100, 3_500);
    inRange("--window", window, 30, 3_600);
    Duration length = Duration.ofSeconds(window);
    Duration lead = length.dividedBy(8);
    Duration idle = lead.compareTo(IDLE_AT_LEAST) < 0 ? IDLE_AT_LEAST : lead;
    QuotaBench.Plan plan = new QuotaBench.Plan(heads, length, lead, idle);
    List<QuotaBench.Row> rows = new QuotaBench(plan).measure(List.of(QuotaPacing.values()));
    options.show(rows, this::print);
    QuotaBench.Row ledger = ledger(rows);
    tellWhatWasMissed(ledger);
    return exitCode(ledger, strict);
  }

  private static QuotaBench.Row ledger(List<QuotaBench.Row> rows) {
    return rows.stream()
        .filter(row -> row.pacing().equals(QuotaBench.name(QuotaPacing.LEDGER)))
        .findFirst()
        .orElseThrow();
  }

  /// @param ledger what came of the backfill under the ledger
  static int exitCode(QuotaBench.Row ledger, boolean strict) {
    return ledger.keepsTheReserve() && ledger.isDoneInTime() && (ledger.keepsLiveSwift() || !strict)
        ? 0
        : 1;
  }

  private void tellWhatWasMissed(QuotaBench.Row ledger) {
    if (!ledger.keepsTheReserve()) {
      options.output().say("the ledger did not keep the reserve");
    }
    if (!ledger.isDoneInTime()) {
      options
          .output()
          .say(
              "the ledger was done later than %.0f %% of a window after the reset"
                  .formatted(ledger.latestOfWindow() * 100));
    }
    if (!ledger.keepsLiveSwift()) {
      options
          .output()
          .say(
              "beside the ledger's backfill live p99 was more than %.1f times idle"
                      .formatted(QuotaBench.ALLOWED_OF_IDLE)
                  + (strict
                      ? ", which --strict makes a failure"
                      : "; --strict makes that a failure"));
    }
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
