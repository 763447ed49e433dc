package dev.backstitch.activities.webhook;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ConfiguredApis;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Has GitHub send again what did not arrive: reads the log of a webhook's deliveries, and asks for
/// each event again that nobody has accepted.
public final class WebhookSweep implements Workflow<SweepRequest, SweepResult> {

  /// 10,000 attempts.
  private static final int MAX_PAGES = 100;

  private static final int IN_FLIGHT = 2;

  private final ConfiguredApis apis;

  /// @param apis the configured addresses; the first is the default
  public WebhookSweep(List<ApiUrl> apis) {
    this.apis = new ConfiguredApis(apis);
  }

  @Override
  public SweepResult run(RunContext run, SweepRequest request) {
    Repository repository = Repository.of(apis.chosen(run, request.apiUrl()), request.repository());
    Instant since = run.now().minus(Duration.ofHours(request.lookBackHours()));
    List<LoggedDelivery> log = new ArrayList<>();
    ApiUse use = read(run, repository, request.hook(), since, log);

    MissedEvents missed = MissedEvents.of(log, run.now());
    List<Outcome<ApiUse>> outcomes =
        run.callAll(
            missed.toRedeliver(),
            IN_FLIGHT,
            attempt -> new RedeliverDelivery(repository, request.hook(), attempt.id()));
    int redelivered = 0;
    for (Outcome<ApiUse> outcome : outcomes) {
      if (outcome instanceof Outcome.Success<ApiUse>(ApiUse spent)) {
        use = use.plus(spent);
        redelivered++;
      }
    }
    return new SweepResult(
        log.size(), missed.events(), redelivered, missed.givenUp(), use.requests());
  }

  private static ApiUse read(
      RunContext run,
      Repository repository,
      @Nullable Long hook,
      Instant since,
      List<LoggedDelivery> log) {
    ApiUse use = ApiUse.NONE;
    String cursor = null;
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      DeliveriesPage page = run.call(new ListDeliveries(repository, hook, cursor));
      use = use.plus(page.use());
      page.deliveries().stream()
          .filter(delivery -> delivery.deliveredAt().isAfter(since))
          .forEach(log::add);
      cursor = page.nextCursor();
      boolean older =
          page.deliveries().stream().anyMatch(delivery -> !delivery.deliveredAt().isAfter(since));
      if (cursor == null || older) {
        break;
      }
    }
    return use;
  }
}
