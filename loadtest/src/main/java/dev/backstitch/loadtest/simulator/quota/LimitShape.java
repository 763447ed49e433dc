package dev.backstitch.loadtest.simulator.quota;

/// How GraphQL says that the primary quota is spent; both forms have been seen from GitHub.
public enum LimitShape {
  /// Error type `RATE_LIMITED`.
  RATE_LIMITED,
  /// Error type `RATE_LIMIT` with the code `graphql_rate_limit`.
  RATE_LIMIT_WITH_CODE
}
