package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.replay.OpenWork.OpenActivity;
import dev.backstitch.orchestrator.replay.OpenWork.OpenTimer;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What a run still waits for, event by event.
final class OpenWorkTest {
  private static final Instant AT = SimulatedRun.BEGINNING;
  private static final Instant LATER = AT.plusSeconds(10);
  private static final Failure BUSY = new Failure("busy", "not now");

  private final OpenWork open = new OpenWork();

  private void schedule(int ordinal, Effect effect) {
    open.apply(new Event.ActivityScheduled(ordinal, "Ask", effect, Payload.NULL), AT);
  }

  private OpenActivity activity(int ordinal) {
    return open.activity(ordinal).orElseThrow();
  }

  @Test
  void a_scheduled_activity_is_open_and_due_at_once() {
    schedule(3, Effect.WRITE);

    assertThat(activity(3))
        .isEqualTo(new OpenActivity(3, "Ask", Effect.WRITE, AT, 1, AT, false, Duration.ZERO));
    assertThat(open.activities()).containsExactly(activity(3));
    assertThat(open.activity(4)).isEmpty();
    assertThat(open.nextDue()).contains(AT);
  }

  @Test
  void an_intent_marks_it_as_begun_until_its_attempt_has_ended() {
    schedule(1, Effect.ONCE);

    open.apply(new Event.ActivityStarted(1, 1), LATER);
    assertThat(activity(1))
        .isEqualTo(new OpenActivity(1, "Ask", Effect.ONCE, AT, 1, AT, true, Duration.ZERO));

    open.apply(new Event.ActivityAttemptFailed(1, 1, AT, BUSY, LATER), AT);
    assertThat(activity(1).begun()).isFalse();
  }

  @Test
  void a_failed_attempt_is_followed_by_the_next_one_at_its_time() {
    schedule(1, Effect.READ);

    open.apply(new Event.ActivityAttemptFailed(1, 1, AT, BUSY, LATER), AT.plusSeconds(1));

    assertThat(activity(1))
        .isEqualTo(new OpenActivity(1, "Ask", Effect.READ, AT, 2, LATER, false, Duration.ZERO));
    assertThat(open.nextDue()).contains(LATER);
  }

  @Test
  void a_deferral_costs_no_attempt_and_its_time_is_added_up() {
    schedule(1, Effect.WRITE);

    open.apply(new Event.ActivityDeferred(1, 1, "quota", LATER), AT.plusSeconds(4));
    open.apply(new Event.ActivityDeferred(1, 1, "quota", LATER.plusSeconds(5)), LATER);
    assertThat(activity(1).attempt()).isEqualTo(1);
    assertThat(activity(1).notBefore()).isEqualTo(LATER.plusSeconds(5));
    assertThat(activity(1).deferred()).isEqualTo(Duration.ofSeconds(11));

    open.apply(new Event.ActivityDeferred(1, 1, "over already", AT), LATER);
    assertThat(activity(1).deferred()).isEqualTo(Duration.ofSeconds(11));
  }

  @Test
  void each_outcome_ends_its_own_activity() {
    for (int ordinal = 1; ordinal <= 4; ordinal++) {
      schedule(ordinal, Effect.WRITE);
    }

    open.apply(new Event.ActivityCompleted(1, 1, AT, Payload.NULL), LATER);
    assertThat(open.activities()).extracting(OpenActivity::ordinal).containsExactly(2, 3, 4);
    open.apply(new Event.ActivityFailed(2, 1, AT, BUSY), LATER);
    assertThat(open.activities()).extracting(OpenActivity::ordinal).containsExactly(3, 4);
    open.apply(new Event.ActivityOutcomeUnknown(3, 1), LATER);
    assertThat(open.activities()).extracting(OpenActivity::ordinal).containsExactly(4);
  }

  @Test
  void news_of_what_is_not_open_changes_nothing() {
    open.apply(new Event.ActivityStarted(1, 1), AT);
    open.apply(new Event.ActivityAttemptFailed(1, 1, AT, BUSY, LATER), AT);
    open.apply(new Event.ActivityDeferred(1, 1, "quota", LATER), AT);
    open.apply(new Event.TimerFired(2), AT);

    assertThat(open.activities()).isEmpty();
    assertThat(open.timers()).isEmpty();
    assertThat(open.nextDue()).isEmpty();
  }

  @Test
  void a_timer_is_open_until_it_fires_or_is_cancelled() {
    open.apply(new Event.TimerSet(1, LATER), AT);
    open.apply(new Event.TimerSet(2, AT.plusSeconds(3)), AT);
    assertThat(open.timer(1)).contains(new OpenTimer(1, LATER));
    assertThat(open.timers()).hasSize(2);
    assertThat(open.nextDue()).contains(AT.plusSeconds(3));

    open.apply(new Event.TimerFired(2), AT.plusSeconds(3));
    assertThat(open.timers()).containsExactly(new OpenTimer(1, LATER));

    open.apply(new Event.TimerCancelled(3, 1), LATER);
    assertThat(open.timer(1)).isEmpty();
    assertThat(open.nextDue()).isEmpty();
  }

  @Test
  void nothing_is_open_when_the_run_has_ended() {
    for (Event end :
        new Event[] {new Event.RunCompleted(Payload.NULL), new Event.RunFailed(BUSY)}) {
      schedule(1, Effect.WRITE);
      open.apply(new Event.TimerSet(2, LATER), AT);

      open.apply(end, LATER);

      assertThat(open.activities()).isEmpty();
      assertThat(open.timers()).isEmpty();
    }
  }
}
