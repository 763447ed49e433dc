package dev.backstitch.loadtest.bench;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints what a sync of a very large class costs.
@Command(
    name = "sync-large",
    mixinStandardHelpOptions = true,
    description = {
      "Sync a repository with very many open pull requests: first when nothing is known of them,",
      "then when some have changed. Requests, points, seconds, and the memory of the worker, which",
      "is a process of its own with a heap of --heap MiB. Latencies are those of GitHub."
    })
final class SyncLargeCommand implements Callable<Integer> {

  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--pulls",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Open pull requests, 10 to 20000. Default: ${DEFAULT-VALUE}.")
  private int pulls = 10_000;

  @Option(
      names = "--changed",
      paramLabel = "N",
      defaultValue = "300",
      description = "How many of them change, 1 to --pulls. Default: ${DEFAULT-VALUE}.")
  private int changed = 300;

  @Option(
      names = "--heap",
      paramLabel = "MIB",
      defaultValue = "128",
      description = "The worker's heap, 48 to 4096. Default: ${DEFAULT-VALUE}.")
  private int heap = 128;

  @Option(
      names = "--graphql-millis",
      paramLabel = "MS",
      defaultValue = "350",
      description = "Latency of a GraphQL call, 0 to 5000. Default: ${DEFAULT-VALUE}.")
  private int graphQlMillis = 350;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides who they are and who changes. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Override
  public Integer call() {
    inRange("--pulls", pulls, 10, 20_000);
    inRange("--changed", changed, 1, pulls);
    inRange("--heap", heap, 48, 4_096);
    inRange("--graphql-millis", graphQlMillis, 0, 5_000);
    SyncLargeBench.Plan plan =
        new SyncLargeBench.Plan(pulls, changed, heap, Duration.ofMillis(graphQlMillis), seed);
    List<SyncLargeBench.Row> rows = new SyncLargeBench(plan, options.output()::say).measure();
    options.show(rows, all -> all.forEach(this::print));
    return rows.stream().allMatch(SyncLargeBench.Row::isRight) ? 0 : 1;
  }

  private void print(SyncLargeBench.Row row) {
    options
        .output()
        .print(
            "%s: %d of %d pull requests in %.1f s with %d requests (%d points) and %d commits"
                .formatted(
                    row.sync(),
                    row.changed(),
                    row.pulls(),
                    row.seconds(),
                    row.requests(),
                    row.points(),
                    row.commits()));
    options
        .output()
        .print(
            "  at most %.0f MiB in use after a collection, of a heap of %d; %.1f MiB of history, in %d events; %s"
                .formatted(
                    row.mostHeapMiB(),
                    row.heapMiB(),
                    row.historyMiB(),
                    row.events(),
                    row.differences() == 0
                        ? "the branch is right"
                        : row.differences() + " files on the branch are wrong"));
  }
}
