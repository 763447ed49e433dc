package dev.backstitch.loadtest.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.GitHubModule;
import dev.backstitch.api.command.ApiClient;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.loadtest.demo.TemporaryHome;
import dev.backstitch.loadtest.simulator.Counts;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookDelivery;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.sync.SimulatorAccess;
import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// Many pushes in a short time, each told by a webhook, on a real server and a simulated GitHub.
final class WebhooksBench {
  private static final String SECRET = "the-secret-of-the-benchmark";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Plan plan;

  /// What is measured.
  ///
  /// @param time how long the pushes take together
  /// @param gatherSeconds how long a webhook waits for others
  record Plan(int events, Duration time, int gatherSeconds) {}

  /// What came of it.
  ///
  /// @param students how many of them pushed
  /// @param seconds what the pushes took
  /// @param runs syncs that webhooks started
  /// @param commits on the branch
  /// @param requests to GitHub
  /// @param listings those that listed all pull requests, since the deliveries left a doubt
  /// @param deliveries sent, those that were sent again included
  /// @param p50Seconds from a push until the branch shows it or a newer one of that student
  /// @param differences files that are not as they must be
  /// @param violations of GitHub's contract
  record Row(
      String webhooks,
      int events,
      int students,
      double seconds,
      int runs,
      long commits,
      long requests,
      long listings,
      int deliveries,
      int redelivered,
      double p50Seconds,
      double p99Seconds,
      int differences,
      int violations) {

    /// Whether every push was shown, the branch is as it must be and GitHub has nothing to object.
    boolean isRight() {
      return differences == 0 && violations == 0 && Double.isFinite(p99Seconds);
    }
  }

  WebhooksBench(Plan plan) {
    this.plan = plan;
  }

  Row measure(String name, HookTrouble trouble) throws Exception {
    try (GitHubSimulator github = GitHubSimulator.start(SimulatorConfig.likeGitHub());
        TemporaryHome home = TemporaryHome.create();
        Server server = server(github, home);
        ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      api.put("/api/v1/syncs/bench", config(github));
      first(api);
      Hook hook =
          github.addHook(server.address().resolve("/api/v1/webhooks/github"), SECRET, trouble);
      Counts before = github.counts();
      PushWatch watch = new PushWatch(github.world());
      double seconds = push(watch);
      await(github, hook, watch);
      return row(name, github, hook, new Span(before, seconds), watch, runs(api));
    }
  }

  private Server server(GitHubSimulator github, TemporaryHome home) {
    Map<String, String> settings = new HashMap<>(SimulatorAccess.to(github).settings());
    settings.put("webhooks.secret", SECRET);
    settings.put("webhooks.gather-seconds", Integer.toString(plan.gatherSeconds()));
    return Server.start(
        ServerConfig.in(home.path()).withAddress("127.0.0.1", 0),
        List.of(new GitHubModule()),
        new Settings(settings));
  }

  private static ObjectNode config(GitHubSimulator github) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putArray("repositories").add(github.repository());
    return config.put("webhook", true);
  }

  /// The class is known before the webhooks begin.
  private static void first(ApiClient api) {
    JsonNode asked = api.post("/api/v1/syncs/bench/runs", JsonNodeFactory.instance.objectNode());
    String run = asked.at("/runs/0/runId").asText();
    JsonNode result = api.get("/api/v1/runs/" + run + "/result?wait=60s");
    if (!result.path("status").asText().equals("COMPLETED")) {
      throw new IllegalStateException("the first sync did not complete: " + result);
    }
  }

  private double push(PushWatch watch) {
    long begin = System.nanoTime();
    long between = plan.time().toNanos() / plan.events();
    for (int i = 0; i < plan.events(); i++) {
      watch.push();
      watch.look();
      LockSupport.parkNanos(begin + (i + 1) * between - System.nanoTime());
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  /// Until the branch shows everything. What was lost is sent again once, as a sweep would have it.
  private static void await(GitHubSimulator github, Hook hook, PushWatch watch)
      throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    lost(hook).forEach(delivery -> hook.redeliver(delivery.id()));
    while (!watch.done() || !github.world().trackerDifferences().isEmpty()) {
      if (System.nanoTime() > until) {
        return;
      }
      watch.look();
      Thread.sleep(LOOK);
    }
  }

  private static List<HookDelivery> lost(Hook hook) {
    Set<String> arrived =
        hook.deliveries().stream()
            .filter(delivery -> delivery.status().equals("OK"))
            .map(HookDelivery::guid)
            .collect(Collectors.toSet());
    return hook.deliveries().stream()
        .filter(delivery -> delivery.statusCode() == 0 && !arrived.contains(delivery.guid()))
        .toList();
  }

  private static int runs(ApiClient api) {
    int runs = 0;
    for (JsonNode run : api.get("/api/v1/syncs/bench/runs?limit=500").path("runs")) {
      runs += run.path("reason").asText().equals("WEBHOOK") ? 1 : 0;
    }
    return runs;
  }

  private record Span(Counts before, double seconds) {}

  private Row row(
      String name, GitHubSimulator github, Hook hook, Span span, PushWatch watch, int runs) {
    Counts spent = github.counts().since(span.before());
    return new Row(
        name,
        plan.events(),
        watch.students(),
        span.seconds(),
        runs,
        spent.commits(),
        spent.requests(),
        spent.of(Operation.LIST_HEADS),
        hook.deliveries().size(),
        (int) hook.deliveries().stream().filter(HookDelivery::redelivery).count(),
        watch.percentile(0.5),
        watch.percentile(0.99),
        github.world().trackerDifferences().size(),
        github.takeViolations().size());
  }
}
