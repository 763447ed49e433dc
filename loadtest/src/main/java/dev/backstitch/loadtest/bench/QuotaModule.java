package dev.backstitch.loadtest.bench;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GitHubResponse;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Token;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/// One process that looks up pull requests by REST, a request each: in bulk, or one because
/// somebody waits for it.
final class QuotaModule implements WorkflowModule {
  static final String BACKFILL = "bench-backfill";
  static final String WEBHOOK = "bench-webhook";

  private static final int BULK_IN_FLIGHT = 8;

  private final QuotaPacing pacing;
  private final QuotaRules rules;
  private final String address;
  private final ApiUrl api;
  private final GitHubClient client;
  private final PulldasherPacer pulldasher = new PulldasherPacer();
  private final Tally tally;

  /// What all processes of one measurement count together.
  ///
  /// @param bulk answered bulk requests
  /// @param live answered live requests
  /// @param refused requests that GitHub refused for lack of quota
  record Tally(LongAdder bulk, LongAdder live, LongAdder refused) {
    Tally() {
      this(new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  /// A pull request looked up because there are many.
  record LookUpInBulk(int number) implements Call<Integer> {}

  /// A pull request looked up because somebody waits.
  record LookUpNow(int number) implements Call<Integer> {}

  /// Pull requests of the list, from the first up to the last, that one excluded.
  record Heads(int from, int to) {}

  static final class Backfill implements Workflow<Heads, Integer> {
    @Override
    public Integer run(RunContext run, Heads heads) {
      List<Integer> numbers = IntStream.range(heads.from(), heads.to()).boxed().toList();
      return run.callAll(numbers, LookUpInBulk::new).size();
    }
  }

  static final class Webhook implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer number) {
      return run.call(new LookUpNow(number));
    }
  }

  /// @param repository `OWNER/NAME`
  QuotaModule(QuotaPacing pacing, QuotaRules rules, ApiUrl api, String repository, Tally tally) {
    this.pacing = pacing;
    this.rules = rules;
    this.api = api;
    this.address = "/repos/" + repository + "/pulls?per_page=1";
    this.tally = tally;
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of(QuotaBench.TOKEN));
    this.client =
        new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
  }

  @Override
  public String name() {
    return "bench-quota";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow(BACKFILL, Backfill::new);
    registry.workflow(WEBHOOK, Webhook::new);
    registry.activity(
        LookUpInBulk.class, this::lookUpInBulk, o -> quota(reading(o, BULK_IN_FLIGHT), Lane.BULK));
    registry.activity(LookUpNow.class, this::lookUpNow, o -> quota(reading(o, 64), Lane.LIVE));
  }

  private static ActivityOptions reading(ActivityOptions options, int inFlight) {
    return options
        .withEffect(Effect.READ)
        .withInFlight(inFlight)
        .withStartToClose(Duration.ofMinutes(10))
        .withScheduleToClose(Duration.ofHours(3));
  }

  private ActivityOptions quota(ActivityOptions options, Lane lane) {
    if (pacing != QuotaPacing.LEDGER) {
      return options;
    }
    QuotaUse use = QuotaUse.read("simulated/user:sync-bot", "core", lane, rules);
    return lane == Lane.BULK
        ? options.withQuota(LookUpInBulk.class, _ -> use)
        : options.withQuota(LookUpNow.class, _ -> use);
  }

  private Integer lookUpInBulk(LookUpInBulk call, ActivityContext context)
      throws InterruptedException {
    if (pacing == QuotaPacing.PULLDASHER) {
      Thread.sleep(pulldasher.delay(InstantSource.system().instant()));
    }
    lookUp("&page=" + (call.number() + 1), context);
    tally.bulk().increment();
    return call.number();
  }

  private Integer lookUpNow(LookUpNow call, ActivityContext context) throws InterruptedException {
    lookUp("&state=all&page=" + (call.number() + 1), context);
    tally.live().increment();
    return call.number();
  }

  /// @param which makes the address of each call its own: what was asked for before is free
  private void lookUp(String which, ActivityContext context) throws InterruptedException {
    Meter meter = new Meter(ApiUse.NONE, context.permit());
    try {
      GitHubResponse response =
          client.get(api, address + which, "application/vnd.github+json", "look up a head", meter);
      var quota = Objects.requireNonNull(response.quota());
      pulldasher.observe(quota.remaining(), quota.used(), quota.resetAt());
    } catch (GitHubException failed) {
      if (failed.problem().kind() == Problem.Kind.QUOTA_EXHAUSTED && meter.use().requests() > 0) {
        tally.refused().increment();
      }
      throw failed.problem().toFailure(failed);
    }
  }
}
