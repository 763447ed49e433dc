package dev.backstitch.activities;

import dev.backstitch.activities.branch.BranchAddress;
import dev.backstitch.activities.branch.BranchTarget;
import dev.backstitch.activities.check.CheckTarget;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitServer;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.MeteredCalls;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.activities.git.HeadFiles;
import dev.backstitch.activities.post.Reach;
import dev.backstitch.activities.pulls.FetchFile;
import dev.backstitch.activities.pulls.FileFetcher;
import dev.backstitch.activities.pulls.FileSources;
import dev.backstitch.activities.pulls.ListHeads;
import dev.backstitch.activities.pulls.PullRequests;
import dev.backstitch.activities.status.StatusTarget;
import dev.backstitch.activities.sync.ProgressSync;
import dev.backstitch.activities.tracker.BranchReader;
import dev.backstitch.activities.tracker.BranchWriter;
import dev.backstitch.activities.tracker.CommitChanges;
import dev.backstitch.activities.tracker.CommitPart;
import dev.backstitch.activities.tracker.ReadTracker;
import dev.backstitch.activities.webhook.DeliveryLog;
import dev.backstitch.activities.webhook.ListDeliveries;
import dev.backstitch.activities.webhook.RedeliverDelivery;
import dev.backstitch.activities.webhook.WebhookSweep;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Everything that talks to GitHub. The settings:
///
/// | name | meaning |
/// | --- | --- |
/// | `github.token` | sent to the addresses below and nowhere else; without it every call fails with advice |
/// | `github.app-id` | the number or client id of a GitHub App that is to be used in place of a token |
/// | `github.app-private-key-file` | where its private key is, in PEM as GitHub hands it out |
/// | `github.actions-repository` | the repository whose Actions the token belongs to; set by itself in a job of GitHub Actions |
/// | `github.api-urls` | comma-separated, the first is the default; `https://api.github.com` unless set |
/// | `github.user-agent` | `backstitch/0.1` unless set |
/// | `github.request-timeout-seconds` | 1 to 300, 15 unless set |
/// | `github.quota-owner` | whose quota the token uses, such as `user:octocat`: the same for all tokens of one account |
/// | `github.bulk-reserve` | how many points of a window bulk work leaves to live work, 0 to 999999, 1000 unless set; never more than a fifth of the limit |
public final class GitHubModule implements WorkflowModule {
  private static final int MAX_TIMEOUT_SECONDS = 300;

  /// Each that is on its way when a process dies is fetched again. GitHub takes about 350 ms for
  /// one, so two are 140 files a second; a third would save a class of 185 one of four such waits.
  private static final int BATCHES_IN_FLIGHT = 2;

  private static final int COMMITS_IN_FLIGHT = 4;

  /// Enough to sit out a few minutes of trouble at GitHub: 1, 2, 4, ... 30 s at the most.
  private static final RetryPolicy PATIENT =
      new RetryPolicy(15, Duration.ofSeconds(1), 2.0, Duration.ofSeconds(30), Set.of());

  /// A used-up quota comes back within the hour, and may be used up by others once more.
  private static final Duration PAST_TWO_RESETS = Duration.ofHours(3);

  /// For the service loader.
  public GitHubModule() {}

  @Override
  public String name() {
    return "github";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    List<ApiUrl> apis = apis(settings);
    ClientSettings clientSettings = clientSettings(settings);
    HttpClient http = GitHubClient.newHttpClient(clientSettings);
    GitHubAccount account = GitHubAccount.of(settings, clientSettings, http);
    GitHubClient client =
        new GitHubClient(http, clientSettings, InstantSource.system(), account.credentials());
    GraphQl graphQl = new GraphQl(client);
    Contents contents = new Contents(client);
    HeadFiles heads =
        new HeadFiles(
            new GitServer(http, clientSettings, InstantSource.system(), account.credentials()),
            HeadFiles.LIMITS);
    MeteredCalls metered = new MeteredCalls();
    BranchReader reader = new BranchReader(graphQl, contents);
    BranchWriter writer =
        new BranchWriter(
            graphQl, reader, BranchWriter.TRIES, () -> ThreadLocalRandom.current().nextLong());

    GitHubQuota quota = quota(account, settings, clientSettings);
    registry.target(
        BranchAddress.KIND,
        new BranchTarget(
            graphQl,
            new Reach(apis, quota::commit),
            BranchWriter.TRIES,
            () -> ThreadLocalRandom.current().nextLong()));
    registry.target(
        StatusTarget.KIND,
        new StatusTarget(client, new Reach(apis, quota::status), InstantSource.system()));
    registry.target(
        CheckTarget.KIND,
        new CheckTarget(client, new Reach(apis, quota::check), InstantSource.system()));
    registry.workflow("progress-sync", () -> new ProgressSync(apis));
    registry.workflow("webhook-sweep", () -> new WebhookSweep(apis));
    registerDeliveries(
        registry,
        metered,
        new DeliveryLog(client, account.app().map(GitHubAccount.AsApp::client)),
        new HookQuotas(quota, account.app().map(app -> quota.of(app.quotaOwner())).orElse(quota)));
    registry.activity(
        ReadTracker.class,
        metered.handler(call -> call.target().repository(), reader::read),
        options ->
            reading(options)
                .withQuota(
                    ReadTracker.class,
                    calls ->
                        quota.query(
                            calls.getFirst().target().repository(), calls.getFirst().lane())));
    registry.activity(
        ListHeads.class,
        metered.handler(ListHeads::repository, new PullRequests(graphQl, client)::list),
        options ->
            reading(options)
                .withQuota(
                    ListHeads.class,
                    calls -> quota.query(calls.getFirst().repository(), calls.getFirst().lane())));
    registry.batchActivity(
        FetchFile.class,
        new BatchPolicy<>(FileFetcher.FILES_PER_BATCH, Duration.ofMillis(5), FetchFile::group),
        new FileFetcher(
            new FileSources(graphQl, contents, heads), metered, PATIENT, InstantSource.system()),
        options ->
            reading(options)
                .withInFlight(BATCHES_IN_FLIGHT)
                .withStartToClose(Duration.ofMinutes(4))
                .withQuota(
                    FetchFile.class,
                    calls -> quota.query(calls.getFirst().repository(), calls.getFirst().lane())));
    registry.activity(
        CommitChanges.class,
        metered.handler(call -> call.target().repository(), writer::commit),
        options ->
            committing(options)
                .withQuota(
                    CommitChanges.class,
                    calls -> quota.mutation(calls.getFirst().target().repository())));
    registry.activity(
        CommitPart.class,
        metered.handler(call -> call.target().repository(), writer::commit),
        options ->
            committing(options)
                .withQuota(
                    CommitPart.class,
                    calls -> quota.commit(calls.getFirst().target().repository(), false)));
  }

  /// Whose quota the log of a webhook uses.
  private record HookQuotas(GitHubQuota ofRepositories, GitHubQuota ofApp) {
    GitHubQuota of(@Nullable Long hook) {
      return hook == null ? ofApp : ofRepositories;
    }
  }

  private static void registerDeliveries(
      Registry registry, MeteredCalls metered, DeliveryLog deliveries, HookQuotas quotas) {
    registry.activity(
        ListDeliveries.class,
        metered.handler(ListDeliveries::repository, deliveries::list),
        options ->
            reading(options)
                .withQuota(
                    ListDeliveries.class,
                    calls ->
                        quotas
                            .of(calls.getFirst().hook())
                            .restInBulk(calls.getFirst().repository())));
    registry.activity(
        RedeliverDelivery.class,
        metered.handler(RedeliverDelivery::repository, deliveries::redeliver),
        options ->
            reading(options)
                .withEffect(Effect.WRITE)
                .withQuota(
                    RedeliverDelivery.class,
                    calls ->
                        quotas
                            .of(calls.getFirst().hook())
                            .restPostInBulk(calls.getFirst().repository())));
  }

  private static GitHubQuota quota(
      GitHubAccount account, Settings settings, ClientSettings client) {
    return GitHubQuota.of(
        account.quotaOwner(),
        reserve(settings.get("github.bulk-reserve").orElse("1000")),
        client.requestTimeout());
  }

  private static int reserve(String points) {
    if (!points.matches("[0-9]{1,6}")) {
      throw new IllegalArgumentException("github.bulk-reserve must be 0 to 999999, was " + points);
    }
    return Integer.parseInt(points);
  }

  private static ActivityOptions reading(ActivityOptions options) {
    return options
        .withEffect(Effect.READ)
        .withRetry(PATIENT)
        .withStartToClose(Duration.ofMinutes(2))
        .withScheduleToClose(PAST_TWO_RESETS);
  }

  private static ActivityOptions committing(ActivityOptions options) {
    return reading(options)
        .withEffect(Effect.WRITE)
        .withStartToClose(Duration.ofMinutes(5))
        .withInFlight(COMMITS_IN_FLIGHT);
  }

  private static List<ApiUrl> apis(Settings settings) {
    String configured = settings.get("github.api-urls").orElse("https://api.github.com");
    try {
      return ApiUrl.parseList(configured);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("github.api-urls: " + malformed.getMessage(), malformed);
    }
  }

  private static ClientSettings clientSettings(Settings settings) {
    ClientSettings client = ClientSettings.DEFAULT;
    if (settings.get("github.token").isPresent()) {
      client = client.withToken(Token.of(settings.get("github.token").get()));
    }
    if (settings.get("github.user-agent").isPresent()) {
      client = client.withUserAgent(settings.get("github.user-agent").get());
    }
    if (settings.get("github.request-timeout-seconds").isPresent()) {
      client =
          client.withRequestTimeout(timeout(settings.get("github.request-timeout-seconds").get()));
    }
    return client;
  }

  private static Duration timeout(String seconds) {
    if (!seconds.matches("[0-9]{1,3}")
        || Integer.parseInt(seconds) < 1
        || Integer.parseInt(seconds) > MAX_TIMEOUT_SECONDS) {
      throw new IllegalArgumentException(
          "github.request-timeout-seconds must be 1 to "
              + MAX_TIMEOUT_SECONDS
              + ", was "
              + seconds);
    }
    return Duration.ofSeconds(Integer.parseInt(seconds));
  }
}
