package dev.backstitch.activities;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Token;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What calls to GitHub use of whose quota
/// (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
///
/// GitHub counts per user or installation. Until somebody says who that is (`github.quota-owner`),
/// a token stands for itself: two tokens of one user then have two rows, and see each other's spend
/// as unexplained.
///
/// @param name who is charged
/// @param rules the limits for GraphQL
record GitHubQuota(String name, QuotaRules rules) {

  /// GraphQL allows 100 requests at once and 2,000 points a minute, both lanes and all else of the
  /// account together: here nine and 1,600. A query may take ten seconds, hence so few.
  private static final QuotaRules GRAPHQL = QuotaRules.DEFAULT.withPace(6, 3, 800);

  /// How much longer than one request a permit lasts.
  private static final Duration BEYOND_A_REQUEST = Duration.ofSeconds(45);

  static GitHubQuota of(
      @Nullable String owner, Optional<Token> token, int reserve, Duration requestTimeout) {
    String name = owner != null ? owner : token.map(Token::fingerprint).orElse("anonymous");
    double lease = requestTimeout.plus(BEYOND_A_REQUEST).toSeconds();
    return new GitHubQuota(name, GRAPHQL.withReserve(reserve).withLease(lease));
  }

  QuotaUse query(ApiUrl api, @Nullable Lane lane) {
    return QuotaUse.read(owner(api), "graphql", lane == null ? Lane.LIVE : lane, rules);
  }

  /// What is posted back is live: the work behind it is done, and people look at it.
  QuotaUse mutation(ApiUrl api) {
    return QuotaUse.write(owner(api), "graphql", Lane.LIVE, rules);
  }

  private String owner(ApiUrl api) {
    return api.base().getAuthority() + "/" + name;
  }
}
