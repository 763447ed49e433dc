package dev.backstitch.loadtest.simulator.quota;

/// How the API says that the primary quota is spent; all forms have been seen from GitHub.
public enum LimitShape {
  /// GraphQL: error type `RATE_LIMITED`. REST: 403.
  RATE_LIMITED(403),
  /// GraphQL: error type `RATE_LIMIT` with the code `graphql_rate_limit`. REST: 429.
  RATE_LIMIT_WITH_CODE(429);

  private final int restStatus;

  LimitShape(int restStatus) {
    this.restStatus = restStatus;
  }

  public int restStatus() {
    return restStatus;
  }
}
