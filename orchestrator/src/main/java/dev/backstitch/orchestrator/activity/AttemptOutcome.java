package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.quota.QuotaWaitException;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// Turns what an attempt did into the one event that is recorded of it.
final class AttemptOutcome {
  private static final Duration LONGEST_DELAY = Duration.ofDays(365);

  private final InstantSource clock;
  private final ValueCodec codec;
  private final DoubleSupplier jitter;

  AttemptOutcome(InstantSource clock, ValueCodec codec, DoubleSupplier jitter) {
    this.clock = clock;
    this.codec = codec;
    this.jitter = jitter;
  }

  Event returned(Attempt attempt, Instant startedAt, @Nullable Object value) {
    Payload result;
    try {
      result = codec.encode(value);
    } catch (IllegalArgumentException e) {
      return threw(
          attempt,
          startedAt,
          new PermanentFailureException("unwritable-result", String.valueOf(e.getMessage()), e));
    }
    return new Event.ActivityCompleted(
        attempt.context().ordinal(), attempt.context().attempt(), startedAt, result);
  }

  Event timedOut(Attempt attempt, Instant startedAt) {
    return threw(
        attempt,
        startedAt,
        new TransientFailureException(
            "timeout",
            "the attempt took longer than "
                + attempt.definition().options().startToClose().toMillis()
                + " ms (start-to-close)"));
  }

  Event threw(Attempt attempt, Instant startedAt, Throwable thrown) {
    int ordinal = attempt.context().ordinal();
    int number = attempt.context().attempt();
    Instant now = clock.instant();
    if (thrown instanceof DeferredException deferred) {
      Duration delay = bounded(deferred.delay());
      return new Event.ActivityDeferred(ordinal, number, deferred.reason(), now.plus(delay));
    }
    if (thrown instanceof QuotaWaitException wait) {
      return new Event.ActivityDeferred(ordinal, number, wait.reason(), wait.until());
    }
    Failure failure = Failure.of(thrown);
    RetryPolicy policy = attempt.definition().options().retry();
    if (!(thrown instanceof PermanentFailureException) && policy.allowsAnother(number, failure)) {
      Instant retryAt = now.plus(delay(policy, number, thrown));
      if (!retryAt.isAfter(attempt.deadline())) {
        return new Event.ActivityAttemptFailed(ordinal, number, startedAt, failure, retryAt);
      }
    }
    return new Event.ActivityFailed(ordinal, number, startedAt, failure);
  }

  /// What handlers and servers ask for, within what a timestamp can hold.
  private static Duration bounded(Duration asked) {
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(LONGEST_DELAY) < 0 ? asked : LONGEST_DELAY;
  }

  private Duration delay(RetryPolicy policy, int attempt, Throwable thrown) {
    Duration backoff = policy.delayAfter(attempt, jitter.getAsDouble());
    if (thrown instanceof TransientFailureException passing) {
      Duration asked = bounded(passing.retryAfter().orElse(Duration.ZERO));
      return asked.compareTo(backoff) > 0 ? asked : backoff;
    }
    return backoff;
  }
}
