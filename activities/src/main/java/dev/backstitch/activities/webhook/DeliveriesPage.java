package dev.backstitch.activities.webhook;

import dev.backstitch.activities.client.ApiUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some of the log, newest first.
///
/// @param nextCursor where the next page begins, null on the last one
public record DeliveriesPage(
    List<LoggedDelivery> deliveries, @Nullable String nextCursor, ApiUse use) {

  /// Copies the list.
  public DeliveriesPage {
    deliveries = List.copyOf(deliveries);
  }
}
