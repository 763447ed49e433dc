package dev.backstitch.activities.client;

import dev.backstitch.orchestrator.quota.Permit;
import org.jspecify.annotations.Nullable;

/// Counts what one attempt of one activity uses. Belongs to one thread.
public final class Meter {
  private final Permit permit;
  private final @Nullable Repository home;
  private ApiUse use;

  /// Starts from what earlier attempts have used.
  ///
  /// @param permit what this one may use
  /// @param home the repository on whose behalf, which decides who we are; null if one token does
  ///   for all
  public Meter(ApiUse before, Permit permit, @Nullable Repository home) {
    this.use = before;
    this.permit = permit;
    this.home = home;
  }

  /// Starts from what earlier attempts have used, on behalf of no repository.
  public Meter(ApiUse before, Permit permit) {
    this(before, permit, null);
  }

  /// On whose behalf.
  @Nullable Repository home() {
    return home;
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
