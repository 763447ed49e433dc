package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.forge.CommitOutcome;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.Replica;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import graphql.schema.DataFetchingEnvironment;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// What one request's fields are read from.
///
/// @param replica shows what may lag
/// @param quota after this request was charged
/// @param quotaReset as clients are told it
/// @param webUrl where pages would be, without a slash at the end
/// @param refusal how a commit of this request ends, whatever it asks for
public record QueryScope(
    Replica replica,
    Account viewer,
    QuotaState quota,
    Instant quotaReset,
    String webUrl,
    Optional<CommitOutcome> refusal) {

  Forge forge() {
    return replica.forge();
  }

  static QueryScope of(DataFetchingEnvironment environment) {
    return Objects.requireNonNull(environment.getGraphQlContext().get(QueryScope.class));
  }
}
