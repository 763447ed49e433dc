package dev.backstitch.loadtest.bench;

import dev.backstitch.loadtest.load.stage.LoadDatabase;
import dev.backstitch.loadtest.simulator.Counts;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Syncs of a very large class on a simulated GitHub, by a worker with little memory.
final class SyncLargeBench {
  private static final double MIB = 1024.0 * 1024.0;

  private final Plan plan;
  private final Consumer<String> talk;

  /// What is measured.
  ///
  /// @param heapMiB the worker's heap
  /// @param latency of a GraphQL call; REST takes a third of it
  record Plan(int pulls, int changed, int heapMiB, Duration latency, long seed) {}

  /// What one sync cost.
  ///
  /// @param sync `cold` when nothing was known, `changed` when some had changed
  /// @param changed students that were written
  /// @param mostHeapMiB the most that a collection left in use, 0 if none was needed
  /// @param historyMiB what the run's events and their payloads take, before compression
  /// @param differences files on the branch that are not as they must be
  /// @param violations of GitHub's contract
  record Row(
      String sync,
      int pulls,
      int changed,
      long requests,
      long points,
      long commits,
      double seconds,
      double mostHeapMiB,
      int heapMiB,
      double historyMiB,
      int events,
      int differences,
      int violations) {

    boolean isRight() {
      return differences == 0 && violations == 0;
    }
  }

  /// @param talk told what takes its time
  SyncLargeBench(Plan plan, Consumer<String> talk) {
    this.plan = plan;
    this.talk = talk;
  }

  List<Row> measure() {
    talk.accept(String.format(Locale.ROOT, "making %,d pull requests ...", plan.pulls()));
    try (GitHubSimulator github = GitHubSimulator.start(config());
        LoadDatabase database = LoadDatabase.start();
        SyncLargeWorker.Started worker =
            SyncLargeWorker.start(database.address(), github, plan.heapMiB())) {
      talk.accept("syncing all of them ...");
      Row cold = sync("cold", github, worker);
      github.world().pushProgress(plan.changed());
      talk.accept(String.format(Locale.ROOT, "syncing with %,d changed ...", plan.changed()));
      return List.of(cold, sync("changed", github, worker));
    }
  }

  private SimulatorConfig config() {
    return SimulatorConfig.likeGitHub()
        .withStudents(plan.pulls())
        .withSeed(plan.seed())
        .withLatency(plan.latency(), plan.latency().dividedBy(3));
  }

  private Row sync(String name, GitHubSimulator github, SyncLargeWorker.Started worker) {
    Counts before = github.counts();
    SyncLargeWorker.Report report = worker.sync();
    Counts spent = github.counts().since(before);
    return new Row(
        name,
        plan.pulls(),
        report.changed(),
        spent.requests(),
        spent.points(),
        spent.commits(),
        report.seconds(),
        report.mostHeapBytes() / MIB,
        plan.heapMiB(),
        report.historyBytes() / MIB,
        report.events(),
        github.world().trackerDifferences().size(),
        github.takeViolations().size());
  }
}
