package dev.backstitch.orchestrator.workflow;

import java.time.Duration;
import java.util.Set;

/// When a failed attempt is followed by another: exponential backoff with full jitter and a cap.
///
/// The delay before attempt n+1 is drawn evenly from `[0, min(cap, first * factor^(n-1))]`
/// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), or is the server's
/// own retry delay when that is longer.
///
/// @param attempts how many attempts in all, 1 to 1,000
/// @param first the upper bound of the first delay
/// @param factor by how much the bound grows, 1.0 to 10.0
/// @param cap the largest bound
/// @param nonRetryable failure types that end the call at once
public record RetryPolicy(
    int attempts, Duration first, double factor, Duration cap, Set<String> nonRetryable) {

  /// Five attempts within about a minute: 1 s, 2 s, 4 s, 8 s at the most.
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(5, Duration.ofSeconds(1), 2.0, Duration.ofSeconds(30), Set.of());

  /// One attempt only.
  public static final RetryPolicy NEVER =
      new RetryPolicy(1, Duration.ZERO, 1.0, Duration.ZERO, Set.of());

  /// @throws IllegalArgumentException naming the component and its range
  public RetryPolicy {
    if (attempts < 1 || attempts > 1_000) {
      throw new IllegalArgumentException("attempts must be 1 to 1000, was " + attempts);
    }
    if (!(factor >= 1.0 && factor <= 10.0)) {
      throw new IllegalArgumentException("factor must be 1.0 to 10.0, was " + factor);
    }
    if (first.isNegative() || cap.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "first must be at least zero and cap at least first, was " + first + " and " + cap);
    }
    nonRetryable = Set.copyOf(nonRetryable);
  }

  /// The same policy with another number of attempts.
  public RetryPolicy withAttempts(int newAttempts) {
    return new RetryPolicy(newAttempts, first, factor, cap, nonRetryable);
  }

  /// Whether attempt number `attempt` (from 1), which failed, may be followed by another.
  public boolean allowsAnother(int attempt, Failure failure) {
    return attempt < attempts && !nonRetryable.contains(failure.type());
  }

  /// The delay after the failed attempt number `attempt` (from 1).
  ///
  /// @param jitter evenly distributed in `[0, 1)`, drawn by the caller
  public Duration delayAfter(int attempt, double jitter) {
    double boundMillis = first.toMillis() * Math.pow(factor, attempt - 1.0);
    double cappedMillis = Math.min(boundMillis, (double) cap.toMillis());
    return Duration.ofMillis(Math.round(cappedMillis * jitter));
  }
}
