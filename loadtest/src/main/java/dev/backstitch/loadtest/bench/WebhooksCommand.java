package dev.backstitch.loadtest.bench;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints what many webhooks in a short time become.
@Command(
    name = "webhooks",
    mixinStandardHelpOptions = true,
    description = {
      "Let students push, each push a webhook that asks for a sync of one student: how many commits",
      "they become, whether the branch is right in the end, and how long each waits for it. Once with",
      "webhooks that arrive in order, once with one in ten doubled, late, or lost and sent again.",
      "GitHub's limits are kept, those per minute too. Exits with 1 if the branch is not right in the",
      "end, if there are more commits than --most-commits, or if GitHub's contract was broken."
    })
final class WebhooksCommand implements Callable<Integer> {
  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "500",
      description = "Pushes, 10 to 10000. Default: ${DEFAULT-VALUE}.")
  private int events = 500;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long they take together, 1 to 600. Default: ${DEFAULT-VALUE}.")
  private int seconds = 10;

  @Option(
      names = "--most-commits",
      paramLabel = "N",
      defaultValue = "10",
      description = {
        "How many commits they may become, each time, 1 to 10000; pushes that take longer than the",
        "default need more. Default: ${DEFAULT-VALUE}."
      })
  private int mostCommits = 10;

  @Override
  public Integer call() throws Exception {
    inRange("--events", events, 10, 10_000);
    inRange("--seconds", seconds, 1, 600);
    inRange("--most-commits", mostCommits, 1, 10_000);
    WebhooksBench bench =
        new WebhooksBench(new WebhooksBench.Plan(events, Duration.ofSeconds(seconds), 5));
    HookTrouble trouble = new HookTrouble(0.1, 0.1, 0.1, Duration.ofSeconds(2), 7);
    List<WebhooksBench.Row> rows =
        List.of(bench.measure("in order", HookTrouble.NONE), bench.measure("troubled", trouble));
    options.show(rows, all -> all.forEach(this::print));
    return exitCode(rows, mostCommits);
  }

  static int exitCode(List<WebhooksBench.Row> rows, int mostCommits) {
    return rows.stream().allMatch(row -> row.isRight() && row.commits() <= mostCommits) ? 0 : 1;
  }

  private void print(WebhooksBench.Row row) {
    options
        .output()
        .print(
            "%s: %d pushes by %d students in %.1f s became %d runs and %d commits with %d requests"
                .formatted(
                    row.webhooks(),
                    row.events(),
                    row.students(),
                    row.seconds(),
                    row.runs(),
                    row.commits(),
                    row.requests()));
    options
        .output()
        .print(
            "  from push to branch p50 %.1f s, p99 %.1f s; %d deliveries, %d sent again; %s"
                .formatted(
                    row.p50Seconds(),
                    row.p99Seconds(),
                    row.deliveries(),
                    row.redelivered(),
                    row.differences() == 0
                        ? "the branch is right"
                        : row.differences() + " files on the branch are wrong"));
    if (row.commits() > mostCommits) {
      options.output().print("  %d commits are more than %d".formatted(row.commits(), mostCommits));
    }
    if (row.violations() > 0) {
      options.output().print("  GitHub's contract was broken %d times".formatted(row.violations()));
    }
  }
}
