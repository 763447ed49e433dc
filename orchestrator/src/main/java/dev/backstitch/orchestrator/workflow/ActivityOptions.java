package dev.backstitch.orchestrator.workflow;

import dev.backstitch.orchestrator.quota.QuotaNeed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How an activity is run. Set where it is registered, by the `with...` methods.
///
/// @param effect what it does to the world; [Effect#WRITE] unless told otherwise
/// @param retry when a failed attempt is followed by another
/// @param startToClose how long one attempt may take before it is interrupted and counts as failed
/// @param scheduleToClose how long after the call another attempt may still begin, waits for
///   retries included; what an attempt deferred ([DeferredException]) does not count
/// @param inFlight how many attempts (batches, for a batch activity) one worker runs at a time
/// @param quota what an attempt needs of a quota, asked for before it begins; null if it needs none
public record ActivityOptions(
    Effect effect,
    RetryPolicy retry,
    Duration startToClose,
    Duration scheduleToClose,
    int inFlight,
    @Nullable QuotaNeed<Call<?>> quota) {

  /// A repeatable-with-care write: five attempts of at most 30 s each within an hour, 256 at a
  /// time.
  public static final ActivityOptions DEFAULT =
      new ActivityOptions(
          Effect.WRITE,
          RetryPolicy.DEFAULT,
          Duration.ofSeconds(30),
          Duration.ofHours(1),
          256,
          null);

  /// @throws IllegalArgumentException naming the component and its range
  public ActivityOptions {
    if (!startToClose.isPositive()) {
      throw new IllegalArgumentException("startToClose must be positive, was " + startToClose);
    }
    if (!scheduleToClose.isPositive()) {
      throw new IllegalArgumentException(
          "scheduleToClose must be positive, was " + scheduleToClose);
    }
    if (inFlight < 1 || inFlight > 100_000) {
      throw new IllegalArgumentException("inFlight must be 1 to 100000, was " + inFlight);
    }
  }

  /// The same options with another effect.
  public ActivityOptions withEffect(Effect newEffect) {
    return new ActivityOptions(newEffect, retry, startToClose, scheduleToClose, inFlight, quota);
  }

  /// The same options with another retry policy.
  public ActivityOptions withRetry(RetryPolicy newRetry) {
    return new ActivityOptions(effect, newRetry, startToClose, scheduleToClose, inFlight, quota);
  }

  /// The same options with another bound on one attempt.
  public ActivityOptions withStartToClose(Duration newStartToClose) {
    return new ActivityOptions(effect, retry, newStartToClose, scheduleToClose, inFlight, quota);
  }

  /// The same options with another bound on all attempts together.
  public ActivityOptions withScheduleToClose(Duration newScheduleToClose) {
    return new ActivityOptions(effect, retry, startToClose, newScheduleToClose, inFlight, quota);
  }

  /// The same options with another bound on attempts at a time.
  public ActivityOptions withInFlight(int newInFlight) {
    return new ActivityOptions(effect, retry, startToClose, scheduleToClose, newInFlight, quota);
  }

  /// The same options for calls that use somebody's quota. Before an attempt begins, the quota
  /// ledger is asked; what must wait is deferred, with the reason and the time in the history.
  ///
  /// @param call the call that is registered with these options
  /// @param need what calls need; of a batch activity all calls of a batch are asked for at once,
  ///   so calls of different owners or lanes belong into different groups
  public <C extends Call<?>> ActivityOptions withQuota(Class<C> call, QuotaNeed<C> need) {
    return new ActivityOptions(
        effect,
        retry,
        startToClose,
        scheduleToClose,
        inFlight,
        calls -> need.of(calls.stream().map(call::cast).toList()));
  }
}
