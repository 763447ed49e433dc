package dev.backstitch.api.webhook;

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
        where received_at < clock_timestamp() - interval '7 days'
        order by received_at
        limit :limit)
      """;

  /// Forgets deliveries that GitHub can't repeat any more: it keeps them for three days.
  static int forget(Handle handle, int limit) {
    return handle.createUpdate(FORGET).bind("limit", limit).execute();
  }
}
