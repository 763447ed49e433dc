package dev.backstitch.activities.client;

import dev.backstitch.orchestrator.quota.Permit;
import org.jspecify.annotations.Nullable;

/// Counts what one attempt of one activity uses. Belongs to one thread.
public final class Meter {
  private final Permit permit;
  private ApiUse use;

  /// Starts from what earlier attempts have used.
  ///
  /// @param permit what this one may use
  public Meter(ApiUse before, Permit permit) {
    this.use = before;
    this.permit = permit;
  }

  /// Where requests are told to the quota ledger.
  Permit permit() {
    return permit;
  }

  /// What has been used so far.
  public ApiUse use() {
    return use;
  }

  void countRequest() {
    use = use.plus(new ApiUse(1, 0, null));
  }

  /// @param remaining GraphQL quota left, null if unknown
  void countPoints(int points, @Nullable Integer remaining) {
    use = use.plus(new ApiUse(0, points, remaining));
  }
}
