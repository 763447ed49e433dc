package dev.backstitch.api.webhook;

import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The statements about deliveries that were accepted.
final class DeliveryStore {
  private DeliveryStore() {}

  /// @param id GitHub's, the same when it is sent again
  record Delivery(String id, String event, @Nullable String action, @Nullable String repository) {}

  private static final String ACCEPT =
      """
      insert into backstitch.webhook_delivery (delivery_id, event, action, repository)
      values (:id, :event, :action, :repository)
      on conflict (delivery_id) do nothing
      """;

  /// Writes down a delivery. Of two at once, the second waits for the first.
  ///
  /// @return whether it is new
  static boolean accept(Handle handle, Delivery delivery) {
    return handle
            .createUpdate(ACCEPT)
            .bind("id", delivery.id())
            .bind("event", delivery.event())
            .bind("action", delivery.action())
            .bind("repository", delivery.repository())
            .execute()
        == 1;
  }

  private static final String TOLD =
      """
      update backstitch.webhook_delivery
      set told = :told
      where delivery_id = :id
      """;

  /// For how many syncs it was news.
  static void told(Handle handle, String id, int told) {
    handle.createUpdate(TOLD).bind("id", id).bind("told", told).execute();
  }

  private static final String FORGET =
      """
      delete from backstitch.webhook_delivery
      where delivery_id in (
        select delivery_id
        from backstitch.webhook_delivery
        where received_at < clock_timestamp() - make_interval(secs => :keepSeconds)
        order by received_at
        limit :limit
        for update skip locked)
      """;

  /// Forgets deliveries that were accepted so long ago. Sent again it would be news once more, so
  /// it must be longer ago than GitHub can send it again: it keeps them for three days.
  static int forget(Handle handle, Duration keep, int limit) {
    return handle
        .createUpdate(FORGET)
        .bind("keepSeconds", keep.toMillis() / 1000.0)
        .bind("limit", limit)
        .execute();
  }
}
