package dev.backstitch.orchestrator.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of an attempt that failed.
final class AttemptOutcomeTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(
          5, Duration.ofSeconds(1), 2.0, Duration.ofSeconds(5), Set.of("PSQLException", "gone"));

  private static Event threw(int attempt, double jitter, Exception thrown) {
    try (Bench bench =
        new Bench(registry ->
            registry.activity(Fetch.class, (_, _) -> "unused", o -> o.withRetry(POLICY)))) {
      Attempt made = bench.attempt(1, attempt, "any");
      // The bench's deadline is an hour behind its clock's now.
      Instant now = made.deadline().minus(Duration.ofHours(1));
      return new AttemptOutcome(() -> now, new ValueCodec(), () -> jitter).threw(made, now, thrown);
    }
  }

  private static Duration waitAfter(Event event) {
    Event.ActivityAttemptFailed failed = (Event.ActivityAttemptFailed) event;
    return Duration.between(failed.startedAt(), failed.retryAt());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.0, 0",
    "1, 0.5, 500",
    "1, 0.999999, 1000",
    "2, 0.999999, 2000",
    "3, 0.999999, 4000",
    "4, 0.999999, 5000",
    "4, 0.5, 2500"
  })
  void the_wait_is_drawn_below_a_bound_that_grows_up_to_its_cap(
      int attempt, double jitter, long expectedMillis) {
    Event event = threw(attempt, jitter, new IllegalStateException("x"));

    assertThat(waitAfter(event)).isEqualTo(Duration.ofMillis(expectedMillis));
  }

  @Test
  void the_last_attempt_is_the_last() {
    assertThat(threw(5, 0.5, new IllegalStateException("x")))
        .isInstanceOf(Event.ActivityFailed.class);
  }

  @Test
  void what_can_not_be_mended_is_not_tried_again() {
    assertThat(threw(1, 0.5, new PermanentFailureException("no", "never")))
        .isInstanceOf(Event.ActivityFailed.class);
    assertThat(threw(1, 0.5, new TransientFailureException("gone", "by its type")))
        .isInstanceOf(Event.ActivityFailed.class);
  }

  @Test
  void the_servers_own_delay_counts_when_it_is_longer() {
    assertThat(waitAfter(threw(1, 0.5, asked(Duration.ofSeconds(90)))))
        .isEqualTo(Duration.ofSeconds(90));
    assertThat(waitAfter(threw(1, 0.5, asked(Duration.ofMillis(10)))))
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void no_attempt_begins_behind_the_time_for_all_of_them() {
    assertThat(threw(1, 0.5, asked(Duration.ofMinutes(59))))
        .isInstanceOf(Event.ActivityAttemptFailed.class);
    assertThat(threw(1, 0.5, asked(Duration.ofMinutes(61))))
        .isInstanceOf(Event.ActivityFailed.class);
    assertThat(threw(1, 0.5, asked(Duration.ofSeconds(Long.MAX_VALUE))))
        .isInstanceOf(Event.ActivityFailed.class);
  }

  private static TransientFailureException asked(Duration delay) {
    return new TransientFailureException("busy", "come back later", delay);
  }
}
