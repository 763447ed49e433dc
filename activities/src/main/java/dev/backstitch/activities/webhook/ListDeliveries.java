package dev.backstitch.activities.webhook;

import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Call;
import org.jspecify.annotations.Nullable;

/// Reads one page of a webhook's log.
///
/// @param cursor where to go on; null for the newest
public record ListDeliveries(Repository repository, long hook, @Nullable String cursor)
    implements Call<DeliveriesPage> {}
