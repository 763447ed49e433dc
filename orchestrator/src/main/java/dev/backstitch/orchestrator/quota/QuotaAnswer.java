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

  /// What is left of a quota. Servers tell odd things, and whoever reads them subtracts: what is
  /// out of range is taken as the nearest that is in it.
  ///
  /// @param resource the bucket that was charged; if it is blank or has more than 100 characters,
  ///   the one that the request was for
  /// @param perWindow the limit, at least 0
  /// @param remaining what is left of it, at least 0
  /// @param used by everybody who shares the quota, at least 0
  /// @param untilReset the server's own distance between its clock and the reset, at most 366 days
  public record Reading(
      String resource, int perWindow, int remaining, int used, Duration untilReset) {
    private static final Duration LONGEST = Duration.ofDays(366);

    /// Brings everything into its range.
    public Reading {
      perWindow = Math.max(0, perWindow);
      remaining = Math.max(0, remaining);
      used = Math.max(0, used);
      if (untilReset.isNegative()) {
        untilReset = Duration.ZERO;
      } else if (untilReset.compareTo(LONGEST) > 0) {
        untilReset = LONGEST;
      }
    }

    String resourceOr(String requested) {
      return resource.isBlank() || resource.length() > QuotaUse.LONGEST_RESOURCE
          ? requested
          : resource;
    }
  }

  /// An answer that says nothing about quota.
  public static QuotaAnswer silent(int charged, boolean succeeded) {
    return new QuotaAnswer(charged, succeeded, null, null, null);
  }
}
