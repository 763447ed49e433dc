package dev.backstitch.activities.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissedEventsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void an_event_that_one_attempt_brought_is_not_missed() {
    MissedEvents missed = missed(attempt(2, "a", 10, true), attempt(1, "a", 20, false));

    assertThat(missed).isEqualTo(new MissedEvents(0, List.of(), 0));
  }

  @Test
  void of_a_missed_event_the_newest_attempt_is_repeated_and_the_oldest_event_first() {
    MissedEvents missed =
        missed(attempt(3, "b", 5, false), attempt(2, "a", 10, false), attempt(1, "a", 20, false));

    assertThat(missed.events()).isEqualTo(2);
    assertThat(missed.toRedeliver()).extracting(LoggedDelivery::id).containsExactly(2L, 3L);
  }

  @Test
  void an_attempt_of_this_minute_is_waited_for() {
    assertThat(missed(attempt(1, "a", 0, false)).toRedeliver()).isEmpty();
  }

  @Test
  void what_was_tried_five_times_is_left_alone() {
    MissedEvents missed =
        missed(
            attempt(1, "a", 9, false),
            attempt(2, "a", 8, false),
            attempt(3, "a", 7, false),
            attempt(4, "a", 6, false),
            attempt(5, "a", 5, false));

    assertThat(missed).isEqualTo(new MissedEvents(1, List.of(), 1));
  }

  @Test
  void other_events_are_nobodys_business() {
    LoggedDelivery push =
        new LoggedDelivery(1, "a", "push", NOW.minus(Duration.ofMinutes(5)), false);

    assertThat(missed(push).events()).isZero();
  }

  private static MissedEvents missed(LoggedDelivery... log) {
    return MissedEvents.of(List.of(log), NOW);
  }

  private static LoggedDelivery attempt(long id, String guid, int minutesAgo, boolean accepted) {
    return new LoggedDelivery(
        id, guid, "pull_request", NOW.minus(Duration.ofMinutes(minutesAgo)), accepted);
  }
}
