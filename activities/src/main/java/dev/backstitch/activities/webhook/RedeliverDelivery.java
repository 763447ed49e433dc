package dev.backstitch.activities.webhook;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Call;

/// Asks GitHub to deliver an event again. Twice does no harm: the receiver knows its guid.
///
/// @param delivery one of its attempts
public record RedeliverDelivery(Repository repository, long hook, long delivery)
    implements Call<ApiUse> {}
