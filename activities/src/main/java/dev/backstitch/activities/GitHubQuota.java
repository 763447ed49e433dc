package dev.backstitch.activities;

import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What calls to GitHub use of whose quota
/// (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
///
/// GitHub counts per user or installation: see [GitHubAccount] for who that is.
///
/// @param name who is charged for what is done on behalf of a repository
/// @param rules the limits for GraphQL
/// @param core the limits for REST
record GitHubQuota(Function<Repository, String> name, QuotaRules rules, QuotaRules core) {

  /// GraphQL allows 100 requests at once and 2,000 points a minute, both lanes and all else of the
  /// account together: here nine and 1,600. A query may take ten seconds, hence so few.
  private static final QuotaRules GRAPHQL = QuotaRules.DEFAULT.withPace(6, 3, 800);

  private static final int POSTS_PER_MINUTE = 160;

  /// How much longer than one request a permit lasts.
  private static final Duration BEYOND_A_REQUEST = Duration.ofSeconds(45);

  static GitHubQuota of(Function<Repository, String> name, int reserve, Duration requestTimeout) {
    double lease = requestTimeout.plus(BEYOND_A_REQUEST).toSeconds();
    return new GitHubQuota(
        name,
        GRAPHQL.withReserve(reserve).withLease(lease),
        QuotaRules.DEFAULT.withReserve(reserve).withLease(lease));
  }

  /// The same limits for somebody else.
  GitHubQuota of(String other) {
    return new GitHubQuota(_ -> other, rules, core);
  }

  QuotaUse query(Repository home, @Nullable Lane lane) {
    return QuotaUse.read(owner(home), "graphql", lane == null ? Lane.LIVE : lane, rules);
  }

  /// What is posted back is live: the work behind it is done, and people look at it.
  QuotaUse mutation(Repository home) {
    return QuotaUse.write(owner(home), "graphql", Lane.LIVE, rules);
  }

  /// What nobody waits for, by REST: one request.
  QuotaUse restInBulk(Repository home) {
    return QuotaUse.read(owner(home), "core", Lane.BULK, core);
  }

  /// The same by POST. It creates no content, so the limits for that are not its; but it counts
  /// five times as much a minute.
  QuotaUse restPostInBulk(Repository home) {
    return QuotaUse.read(owner(home), "core", Lane.BULK, core.withPace(2, 2, POSTS_PER_MINUTE));
  }

  /// What a delivery of files to a branch uses: it reads the branch, and makes one commit.
  QuotaUse commit(Repository home, boolean asks) {
    return asks
        ? query(home, Lane.LIVE)
        : new QuotaUse(owner(home), "graphql", Lane.LIVE, 2, 1, rules);
  }

  /// What one status uses.
  QuotaUse status(Repository home, boolean asks) {
    return asks ? look(home) : QuotaUse.write(owner(home), "core", Lane.LIVE, core);
  }

  /// What one check run uses: it is looked for, then made or updated.
  QuotaUse check(Repository home, boolean asks) {
    return asks ? look(home) : new QuotaUse(owner(home), "core", Lane.LIVE, 2, 1, core);
  }

  private QuotaUse look(Repository home) {
    return QuotaUse.read(owner(home), "core", Lane.LIVE, core);
  }

  private String owner(Repository home) {
    return home.api().base().getAuthority() + "/" + name.apply(home);
  }
}
