package dev.backstitch.loadtest.simulator.rest;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.Replica;
import dev.backstitch.loadtest.simulator.hook.HookBook;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import java.util.Map;
import java.util.Objects;

/// What one request is answered from.
///
/// @param replica shows what may lag
/// @param quotas one for every resource, as clients are told them
/// @param api the address that the client used for the API, without a slash at the end
/// @param web where pages would be, without a slash at the end
public record RestScope(
    Replica replica,
    Apps apps,
    HookBook hooks,
    Account viewer,
    Map<QuotaResource, QuotaState> quotas,
    String api,
    String web) {

  public RestScope {
    quotas = Map.copyOf(quotas);
  }

  Forge forge() {
    return replica.forge();
  }

  QuotaState quota(QuotaResource resource) {
    return Objects.requireNonNull(quotas.get(resource), resource.name());
  }
}
