package dev.backstitch.loadtest.bench;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.loadtest.load.stage.LoadDatabase;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A bulk backfill beside live calls, with little quota left and a reset ahead, by two processes on
/// one database and one account.
///
/// The hour of the quota is played in less: the simulator's window and everything that the rules
/// count per time are shortened alike. Latencies are not.
final class QuotaBench {
  static final String TOKEN = "simulated-token-of-sync-bot";

  private static final int LEFT = 1_200;
  private static final int RESERVE = QuotaRules.DEFAULT.reserve();
  private static final int CALLS_PER_RUN = 100;
  private static final int LIVE_CALLS_PER_WINDOW = 1_200;
  private static final Duration BETWEEN_LIVE_CALLS_AT_LEAST = Duration.ofMillis(200);

  /// A head that no other live call asks for: what was asked for before is free.
  private static final String FAR_AWAY = "1000000";

  private static final Duration LATE = Duration.ofSeconds(2);

  /// How many times their latency alone live calls may have beside a backfill.
  static final double ALLOWED_OF_IDLE = 1.2;

  private final Plan plan;

  /// @param heads how many pull requests are looked up in bulk
  /// @param window how long an hour lasts
  /// @param lead how long before the reset it begins
  /// @param idle how long live calls are measured alone
  record Plan(int heads, Duration window, Duration lead, Duration idle) {

    /// What live calls use of the quota is counted in windows too; in a short one they are fewer,
    /// because latencies are real.
    Duration betweenLiveCalls() {
      Duration even = window.dividedBy(LIVE_CALLS_PER_WINDOW);
      return even.compareTo(BETWEEN_LIVE_CALLS_AT_LEAST) < 0 ? BETWEEN_LIVE_CALLS_AT_LEAST : even;
    }

    int liveCallsPerWindow() {
      return Math.toIntExact(window.dividedBy(betweenLiveCalls()));
    }
  }

  /// @param minimumRemaining the least that bulk left of the quota's 1,200, what live calls used
  ///   not counted; a reserve of 1,000 is kept for them
  /// @param leastWithLive the least that was left of it, with what live calls used
  /// @param liveP99OfIdle the 99th percentile compared with live calls alone
  /// @param liveLate live calls that took more than two seconds
  /// @param refused requests that GitHub refused because nothing was left
  /// @param waitsPerHead how often a bulk call was sent to wait, which costs a row of history each
  /// @param doneAfterReset seconds from the reset to the end of the backfill, negative if before
  /// @param doneAfterResetOfWindow the same as a share of the window
  /// @param latestOfWindow the share at which the ledger must be done with what was left at the
  ///   reset: [BackfillBound]
  record Row(
      String pacing,
      long bulkBeforeReset,
      int minimumRemaining,
      int leastWithLive,
      int liveCalls,
      double liveP50Millis,
      double liveP99Millis,
      double liveP99OfIdle,
      long liveLate,
      long refused,
      double waitsPerHead,
      double doneAfterReset,
      double doneAfterResetOfWindow,
      double latestOfWindow) {

    /// Whether bulk left what it has to leave.
    boolean keepsTheReserve() {
      return minimumRemaining >= RESERVE && refused == 0;
    }

    /// Whether the backfill was done as soon after the reset as it has to be.
    boolean isDoneInTime() {
      return doneAfterResetOfWindow <= latestOfWindow;
    }

    /// Whether live calls hardly notice the backfill.
    boolean keepsLiveSwift() {
      return liveP99OfIdle <= ALLOWED_OF_IDLE;
    }
  }

  QuotaBench(Plan plan) {
    this.plan = plan;
  }

  /// Live calls alone, then beside the backfill under each rule.
  List<Row> measure(List<QuotaPacing> pacings) throws Exception {
    GitHubSimulator.loadContract();
    try (Stage warmUp = new Stage(QuotaPacing.LEDGER)) {
      warmUp.live(plan.idle().dividedBy(2));
    }
    List<Long> idle;
    try (Stage quiet = new Stage(QuotaPacing.LEDGER)) {
      idle = quiet.live(plan.idle());
    }
    List<Row> rows = new ArrayList<>();
    for (QuotaPacing pacing : pacings) {
      try (Stage stage = new Stage(pacing)) {
        rows.add(stage.backfill(percentile(idle, 0.99)));
      }
    }
    return rows;
  }

  static String name(QuotaPacing pacing) {
    return pacing.name().toLowerCase(Locale.ROOT);
  }

  private static double percentile(List<Long> nanos, double share) {
    List<Long> sorted = nanos.stream().sorted().toList();
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) / 1e6;
  }

  /// A simulated GitHub, a database, and two processes.
  private final class Stage implements AutoCloseable {
    private final GitHubSimulator github;
    private final LoadDatabase database;
    private final QuotaModule.Tally tally = new QuotaModule.Tally();
    private final List<Orchestrator> workers = new ArrayList<>();
    private final QuotaPacing pacing;
    private long waits;
    private int minimum = LEFT;
    private int leastWithLive = LEFT;
    private int liveBefore;

    Stage(QuotaPacing pacing) throws Exception {
      this.pacing = pacing;
      github =
          GitHubSimulator.start(
              SimulatorConfig.likeGitHub()
                  .withStudents(plan.heads())
                  .withSecondaryLimits(false)
                  .withQuotaWindow(plan.window()));
      database = LoadDatabase.start();
      for (int i = 0; i < 2; i++) {
        workers.add(
            Orchestrator.open(
                OrchestratorConfig.defaults(),
                database.address(),
                List.of(module()),
                new Settings(Map.of())));
      }
    }

    private QuotaModule module() {
      QuotaRules rules = QuotaRules.DEFAULT.withWindow((double) plan.window().toSeconds());
      return new QuotaModule(
          pacing, rules, ApiUrl.parse(github.apiUrl().toString()), github.repository(), tally);
    }

    /// Live calls for a while, at fixed times: a slow one delays no other.
    List<Long> live(Duration time) throws Exception {
      return live(() -> false, Instant.now().plus(time));
    }

    private List<Long> live(java.util.function.BooleanSupplier enough, @Nullable Instant until)
        throws Exception {
      List<Future<Long>> calls = new ArrayList<>();
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        long next = System.nanoTime();
        for (int i = 0; !enough.getAsBoolean(); i++) {
          if (until != null && Instant.now().isAfter(until)) {
            break;
          }
          Orchestrator worker = workers.get(i % workers.size());
          String number = String.valueOf(i);
          calls.add(clients.submit(() -> oneLiveCall(worker, number)));
          next += plan.betweenLiveCalls().toNanos();
          LockSupport.parkNanos(next - System.nanoTime());
          observe();
        }
        List<Long> nanos = new ArrayList<>();
        for (Future<Long> call : calls) {
          nanos.add(call.get());
        }
        return nanos;
      }
    }

    /// In this order: a live call that is answered in between is rather counted too little.
    private void observe() {
      int answered = tally.live().intValue() - liveBefore;
      int remaining = github.quota(QuotaResource.CORE).remaining();
      leastWithLive = Math.min(leastWithLive, remaining);
      minimum = Math.min(minimum, remaining + answered);
    }

    private long oneLiveCall(Orchestrator worker, String number) {
      long began = System.nanoTime();
      RunId id =
          worker.start(new StartRequest(QuotaModule.WEBHOOK, null, Payload.ofJson(number))).runId();
      complete(worker, id);
      return System.nanoTime() - began;
    }

    private void complete(Orchestrator worker, RunId id) {
      RunResult result = worker.result(id, plan.window().multipliedBy(3)).orElseThrow();
      if (!(result instanceof RunResult.Completed)) {
        throw new IllegalStateException("run " + id + " did not complete: " + result);
      }
    }

    Row backfill(double idleP99) throws Exception {
      github.setRemaining(QuotaResource.CORE, LEFT);
      liveBefore = tally.live().intValue();
      github.clock().advance(plan.window().minus(plan.lead()));
      Instant reset = Instant.now().plus(plan.lead());
      // One answer for each process, so that nobody begins blind.
      for (Orchestrator worker : workers) {
        oneLiveCall(worker, FAR_AWAY);
      }
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Long>> runs = new ArrayList<>();
        for (int i = 0; i < plan.heads() / CALLS_PER_RUN; i++) {
          Orchestrator worker = workers.get(i % workers.size());
          Payload heads =
              Payload.ofJson(
                  "{\"from\":%d,\"to\":%d}".formatted(i * CALLS_PER_RUN, (i + 1) * CALLS_PER_RUN));
          runs.add(
              clients.submit(() -> {
                RunId id =
                    worker.start(new StartRequest(QuotaModule.BACKFILL, null, heads)).runId();
                complete(worker, id);
                return deferrals(worker, id);
              }));
        }
        Future<Long> bulkAtReset = clients.submit(() -> bulkAt(reset));
        Future<Instant> done =
            clients.submit(() -> {
              for (Future<Long> run : runs) {
                run.get();
              }
              return Instant.now();
            });
        List<Long> nanos = live(done::isDone, null);
        for (Future<Long> run : runs) {
          waits += run.get();
        }
        return row(nanos, bulkAtReset.get(), Duration.between(reset, done.get()), idleP99);
      }
    }

    private static long deferrals(Orchestrator worker, RunId id) {
      long deferrals = 0;
      EventPage page = worker.history(id, 0, 1_000);
      while (!page.events().isEmpty()) {
        deferrals +=
            page.events().stream()
                .filter(recorded -> recorded.event() instanceof Event.ActivityDeferred)
                .count();
        page = worker.history(id, page.lastSeq(), 1_000);
      }
      return deferrals;
    }

    private long bulkAt(Instant reset) throws InterruptedException {
      Thread.sleep(Duration.between(Instant.now(), reset.minusSeconds(1)));
      return tally.bulk().sum();
    }

    private Row row(List<Long> nanos, long bulkBeforeReset, Duration afterReset, double idleP99) {
      double p99 = percentile(nanos, 0.99);
      return new Row(
          QuotaBench.name(pacing),
          bulkBeforeReset,
          minimum,
          leastWithLive,
          nanos.size(),
          percentile(nanos, 0.5),
          p99,
          p99 / idleP99,
          nanos.stream().filter(n -> n > LATE.toNanos()).count(),
          tally.refused().sum(),
          (double) waits / plan.heads(),
          afterReset.toMillis() / 1e3,
          afterReset.toMillis() / (double) plan.window().toMillis(),
          BackfillBound.ofWindow(
              SimulatorConfig.GITHUB_HOURLY_LIMIT,
              plan.heads() - bulkBeforeReset,
              plan.liveCallsPerWindow(),
              plan.window()));
    }

    @Override
    public void close() {
      workers.forEach(Orchestrator::close);
      database.close();
      if (pacing != QuotaPacing.LEDGER) {
        // The others ask on while they are blocked: that is what they are shown for.
        github.takeViolations();
      }
      github.close();
    }
  }
}
