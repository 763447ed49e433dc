package dev.backstitch.activities.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Call;
import org.jspecify.annotations.Nullable;

/// Reads one page of a webhook's log.
///
/// @param repository whose webhook it is, or at whose API the App is
/// @param hook null, which is left out in JSON, for the webhook of the App itself
/// @param cursor where to go on; null for the newest
public record ListDeliveries(
    Repository repository,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long hook,
    @Nullable String cursor)
    implements Call<DeliveriesPage> {}
