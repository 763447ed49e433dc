package dev.backstitch.activities.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Call;
import org.jspecify.annotations.Nullable;

/// Asks GitHub to deliver an event again. Twice does no harm: the receiver knows its guid.
///
/// @param repository whose webhook it is, or at whose API the App is
/// @param hook null, which is left out in JSON, for the webhook of the App itself
/// @param delivery one of its attempts
public record RedeliverDelivery(
    Repository repository,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long hook,
    long delivery)
    implements Call<ApiUse> {}
