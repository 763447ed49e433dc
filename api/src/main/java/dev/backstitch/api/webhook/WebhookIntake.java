package dev.backstitch.api.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.sync.SyncNews;
import dev.backstitch.api.webhook.DeliveryStore.Delivery;
import dev.backstitch.orchestrator.Orchestrator;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes deliveries in whose signature was right. Safe for any thread.
final class WebhookIntake {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookIntake.class);

  private final Orchestrator orchestrator;
  private final SyncNews news;

  WebhookIntake(Orchestrator orchestrator, SyncNews news) {
    this.orchestrator = orchestrator;
    this.news = news;
  }

  /// What became of a delivery.
  ///
  /// @param duplicate whether it had been accepted before
  /// @param told for how many syncs it is news
  record Accepted(String deliveryId, String event, boolean duplicate, int told) {}

  /// Writes a delivery down with all that follows from it. When this returns, it is durable.
  Accepted accept(String id, String event, JsonNode payload) {
    Delivery delivery =
        new Delivery(
            id,
            event,
            payload.path("action").textValue(),
            payload.path("repository").path("full_name").textValue());
    Optional<PullRequestEvent> pull =
        event.equals("pull_request") ? PullRequestEvent.read(payload) : Optional.empty();
    Accepted result =
        orchestrator.inTransaction(t -> {
          if (!DeliveryStore.accept(t.handle(), delivery)) {
            return new Accepted(id, event, true, 0);
          }
          int told = 0;
          String repository = delivery.repository();
          if (pull.isPresent() && repository != null) {
            told = news.tell(t.handle(), repository, pull.get().base(), pull.get().news());
            DeliveryStore.told(t.handle(), id, told);
          }
          return new Accepted(id, event, false, told);
        });
    LOG.info(
        "event=webhook_accepted delivery={} kind={} action={} repository={} duplicate={} syncs={}",
        id,
        event,
        delivery.action(),
        delivery.repository(),
        result.duplicate(),
        result.told());
    if (result.told() > 0) {
      news.told();
    }
    return result;
  }

  /// Forgets deliveries that were accepted so long ago, at most so many.
  int forget(Duration keep, int atMost) {
    return orchestrator.inTransaction(t -> DeliveryStore.forget(t.handle(), keep, atMost));
  }
}
