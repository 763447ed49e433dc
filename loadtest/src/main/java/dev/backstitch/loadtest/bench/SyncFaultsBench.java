package dev.backstitch.loadtest.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.backstitch.activities.GitHubModule;
import dev.backstitch.loadtest.load.stage.LoadDatabase;
import dev.backstitch.loadtest.simulator.Counts;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Injection;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import dev.backstitch.loadtest.sync.SyncFailedException;
import dev.backstitch.loadtest.sync.SyncProcess;
import dev.backstitch.loadtest.sync.SyncScenarios;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// A cold sync without trouble, then the same sync of the same class again and again, each to a
/// branch of its own, with failing requests and one `kill -9`.
///
/// A sync makes so few requests that a share of them is a matter of luck: many rounds, each with
/// other luck. The worker's process is killed when a chosen request is on its way, the first in the
/// first round, the second in the second, and is started anew at once, as an init system would.
final class SyncFaultsBench {
  /// How many requests more than the quiet sync a troubled one may make, on average.
  static final double ALLOWED = 1.3;

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(2);

  private final Plan plan;
  private final Consumer<Row> whenMeasured;

  /// What is measured.
  ///
  /// @param simulator the class and its latencies
  /// @param rounds how many troubled syncs
  /// @param unavailable the share of requests that are answered 502 and have no effect
  /// @param resets the share of requests that take effect before their connection is reset
  /// @param seed decides which requests
  record Plan(
      SimulatorConfig simulator, int rounds, double unavailable, double resets, long seed) {}

  /// One sync.
  ///
  /// @param killedAt the request that was on its way when the worker was killed; null for the quiet
  ///   sync
  /// @param unavailable requests that were answered 502
  /// @param resets requests whose connection was reset after they had taken effect
  /// @param byOperation the requests by what they were for
  /// @param commits on the branch; there must be one
  /// @param sameTree whether the branch holds what the quiet sync made of it; of that one, whether
  ///   it is right
  record Row(
      String sync,
      @Nullable Integer killedAt,
      int unavailable,
      int resets,
      long requests,
      Map<Operation, Long> byOperation,
      int commits,
      boolean sameTree,
      double seconds) {}

  /// All of them.
  ///
  /// @param ofQuiet the troubled syncs' requests on average, compared with the quiet sync's
  /// @param worstOfQuiet the same of the troubled sync that made the most
  /// @param above how many of the troubled syncs made more than 1.3 times the quiet sync's
  ///   requests; that some do is luck, so only the average counts
  /// @param violations of GitHub's contract
  record Report(
      Row quiet,
      List<Row> troubled,
      double ofQuiet,
      double worstOfQuiet,
      int above,
      int violations) {
    Report {
      troubled = List.copyOf(troubled);
    }

    static Report of(Row quiet, List<Row> troubled, int violations) {
      return new Report(
          quiet,
          troubled,
          troubled.stream().mapToLong(Row::requests).average().orElseThrow() / quiet.requests(),
          (double) troubled.stream().mapToLong(Row::requests).max().orElseThrow()
              / quiet.requests(),
          (int)
              troubled.stream().filter(row -> row.requests() > ALLOWED * quiet.requests()).count(),
          violations);
    }

    /// Whether every branch is right and has one commit.
    boolean isRight() {
      return quiet.sameTree()
          && quiet.commits() == 1
          && troubled.stream().allMatch(row -> row.sameTree() && row.commits() == 1)
          && violations == 0;
    }

    /// Whether that cost no more requests than it may.
    boolean isCheap() {
      return ofQuiet <= ALLOWED;
    }
  }

  /// @param whenMeasured told each row as soon as it is there
  SyncFaultsBench(Plan plan, Consumer<Row> whenMeasured) {
    this.plan = plan;
    this.whenMeasured = whenMeasured;
  }

  Report measure() throws InterruptedException {
    try (GitHubSimulator github = GitHubSimulator.start(plan.simulator());
        LoadDatabase database = LoadDatabase.start();
        Orchestrator watcher = watcher(database, github);
        Worker worker = new Worker(database, github)) {
      Syncs syncs = new Syncs(github, watcher, worker);
      Row quiet = syncs.quiet();
      whenMeasured.accept(quiet);
      List<Row> troubled = new ArrayList<>();
      for (int round = 1; round <= plan.rounds(); round++) {
        int killAt = (int) ((round - 1) % quiet.requests()) + 1;
        Row row = syncs.troubled(round, killAt);
        whenMeasured.accept(row);
        troubled.add(row);
      }
      return Report.of(quiet, troubled, github.takeViolations().size());
    }
  }

  /// Starts runs and takes none: they are the worker's.
  private static Orchestrator watcher(LoadDatabase database, GitHubSimulator github) {
    return Orchestrator.open(
        OrchestratorConfig.defaults().withQueues(List.of(QueueLimits.of("nobody"))),
        database.address(),
        List.of(new GitHubModule()),
        SyncScenarios.settings(github));
  }

  /// The worker, in one process after the other.
  private static final class Worker implements AutoCloseable {
    private final LoadDatabase database;
    private final GitHubSimulator github;
    private SyncProcess process;

    Worker(LoadDatabase database, GitHubSimulator github) {
      this.database = database;
      this.github = github;
      this.process = SyncProcess.start(database.address(), github);
    }

    void killAndReplace() {
      process.kill();
      process = SyncProcess.start(database.address(), github);
    }

    @Override
    public void close() {
      process.close();
    }
  }

  private final class Syncs {
    private final GitHubSimulator github;
    private final Orchestrator watcher;
    private final Worker worker;

    Syncs(GitHubSimulator github, Orchestrator watcher, Worker worker) {
      this.github = github;
      this.watcher = watcher;
      this.worker = worker;
    }

    Row quiet() {
      Counts before = github.counts();
      long begin = System.nanoTime();
      RunId run = start(SyncWorld.TRACKER);
      await(run);
      Counts made = github.counts().since(before);
      return new Row(
          "quiet",
          null,
          0,
          0,
          made.requests(),
          made.byOperation(),
          github.world().trackerCommits().size(),
          github.world().trackerDifferences().isEmpty(),
          (System.nanoTime() - begin) / 1e9);
    }

    Row troubled(int round, int killAt) throws InterruptedException {
      String branch = SyncWorld.TRACKER + "-" + round;
      github.world().addTracker(branch);
      Counts before = github.counts();
      int met = github.faults().injected().size();
      makeTrouble(round);
      long begin = System.nanoTime();
      RunId run = start(branch);
      awaitRequest(before, killAt, run);
      worker.killAndReplace();
      await(run);
      double seconds = (System.nanoTime() - begin) / 1e9;
      github.faults().clear();
      Counts made = github.counts().since(before);
      List<Fault> faults =
          github.faults().injected().stream().skip(met).map(Injection::fault).toList();
      return new Row(
          "troubled-" + round,
          killAt,
          (int) faults.stream().filter(Fault.Status.class::isInstance).count(),
          (int) faults.stream().filter(Fault.ResetAfterWrite.class::isInstance).count(),
          made.requests(),
          made.byOperation(),
          github.world().trackerCommits(branch).size(),
          tree(branch).equals(tree(SyncWorld.TRACKER)),
          seconds);
    }

    private void makeTrouble(int round) {
      long seed = plan.seed() * 10_000 + round;
      github.faults().rate(Operation.ANY, plan.unavailable(), new Fault.Status(502), seed);
      github.faults().rate(Operation.ANY, plan.resets(), new Fault.ResetAfterWrite(), ~seed);
    }

    private RunId start(String branch) {
      String input =
          JsonNodeFactory.instance
              .objectNode()
              .put("repository", github.repository())
              .put("branch", branch)
              .toString();
      return watcher.start(new StartRequest("progress-sync", null, Payload.ofJson(input))).runId();
    }

    /// Until so many requests have come in; the last of them is not answered yet, unless everything
    /// here is slower than its latency.
    private void awaitRequest(Counts before, int count, RunId run) throws InterruptedException {
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (github.counts().since(before).requests() < count) {
        if (System.nanoTime() > until) {
          throw new SyncFailedException(run, "made no request " + count);
        }
        Thread.sleep(LOOK);
      }
    }

    private void await(RunId run) {
      RunResult result = watcher.result(run, PATIENCE).orElseThrow();
      if (!(result instanceof RunResult.Completed)) {
        throw new SyncFailedException(run, result.toString());
      }
    }

    private ObjectId tree(String branch) {
      List<GitCommit> commits = github.world().trackerCommits(branch);
      return commits.getLast().tree();
    }
  }
}
