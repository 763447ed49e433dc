package dev.backstitch.orchestrator.quota;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What one answer of an API says about quota, whatever else it says.
///
/// @param charged how many points the request cost; 0 if it was free
/// @param succeeded whether the server did what it was asked
/// @param reading what it says is left, or null if it says nothing or speaks of somebody else's
///   quota
/// @param limited whether it was refused for using too much, and how; null if not
/// @param retryAfter how long the server asks to wait, null if it does not
public record QuotaAnswer(
    int charged,
    boolean succeeded,
    @Nullable Reading reading,
    @Nullable Limited limited,
    @Nullable Duration retryAfter) {

  /// Why a request was refused.
  public enum Limited {
    /// The quota is used up.
    PRIMARY,
    /// Too much in a short time.
    SECONDARY
  }

  /// What is left of a quota.
  ///
  /// @param resource the bucket that was charged
  /// @param perWindow the limit
  /// @param remaining what is left of it
  /// @param used by everybody who shares the quota
  /// @param untilReset the server's own distance between its clock and the reset
  public record Reading(
      String resource, int perWindow, int remaining, int used, Duration untilReset) {}

  /// An answer that says nothing about quota.
  public static QuotaAnswer silent(int charged, boolean succeeded) {
    return new QuotaAnswer(charged, succeeded, null, null, null);
  }
}
