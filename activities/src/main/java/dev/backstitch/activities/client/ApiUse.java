package dev.backstitch.activities.client;

import org.jspecify.annotations.Nullable;

/// What something has cost at the API.
///
/// @param requests HTTP requests sent, failed and redirected ones included
/// @param points primary quota spent as far as the answers told: what GraphQL says a query cost,
///   and one for each REST request
/// @param remaining the least GraphQL quota that any answer reported, or null if none did
public record ApiUse(int requests, int points, @Nullable Integer remaining) {

  /// No request at all.
  public static final ApiUse NONE = new ApiUse(0, 0, null);

  /// Both together.
  public ApiUse plus(ApiUse other) {
    return new ApiUse(
        requests + other.requests, points + other.points, least(remaining, other.remaining));
  }

  private static @Nullable Integer least(@Nullable Integer one, @Nullable Integer other) {
    if (one == null) {
      return other;
    }
    return other == null ? one : Integer.valueOf(Math.min(one, other));
  }
}
