package dev.backstitch.api.timeline;

import static dev.backstitch.api.timeline.Histories.at;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimelineTest {

  @Test
  void an_attempt_lies_where_it_ran_and_the_time_before_it_is_told() {
    var history = Histories.started();
    int call = history.schedule(0, "ReadTracker");
    history.complete(call, 1, 250, 500).closed(1000);

    Timeline timeline = draw(history, 1000);

    assertThat(timeline.rows())
        .singleElement()
        .satisfies(row -> {
          assertThat(row.name()).isEqualTo("ReadTracker");
          assertThat(row.medianWork()).isEqualTo(Duration.ofMillis(250));
          assertThat(row.bars())
              .extracting(TimelineRow.Bar::phase, TimelineRow.Bar::left, TimelineRow.Bar::width)
              .containsExactly(tuple(Phase.SUCCEEDED, 250, 250));
          assertThat(row.longestQueue()).isEqualTo(Duration.ofMillis(250));
          assertThat(row.bars().getLast().title())
              .isEqualTo("ReadTracker, completed, +250 ms to +500 ms (250 ms)");
        });
  }

  @Test
  void failed_attempts_waits_and_deferrals_are_segments_of_one_call() {
    var history = Histories.started();
    int call = history.schedule(0, "FetchFile");
    history
        .attemptFailed(call, 1, 0, 100, 300)
        .at(320, new Event.ActivityDeferred(call, 2, "quota of core", at(600)))
        .complete(call, 2, 650, 900)
        .closed(1000);

    TimelineRow row = draw(history, 1000).rows().getFirst();

    assertThat(row.bars())
        .extracting(TimelineRow.Bar::phase, TimelineRow.Bar::left, TimelineRow.Bar::width)
        .containsExactly(
            tuple(Phase.FAILED, 0, 100),
            tuple(Phase.BACKOFF, 100, 220),
            tuple(Phase.DEFERRED, 320, 330),
            tuple(Phase.SUCCEEDED, 650, 250));
    assertThat(row.bars().get(0).title()).contains("attempt 1, bad-gateway: 502");
    assertThat(row.bars().get(2).title()).contains("quota of core");
    assertThat(row.counts().retries()).isEqualTo(1);
    assertThat(row.counts().failed()).isZero();
  }

  @Test
  void a_cancelled_run_shows_when_it_was_told_and_what_it_no_longer_waited_for() {
    var history = Histories.started();
    int call = history.schedule(0, "FetchFile");
    int timer = history.timer(0, 5_000);
    history
        .at(300, new Event.SignalReceived("approve", "1", "ada", Payload.NULL))
        .at(400, new Event.CancelRequested("ada", ""))
        .at(400, new Event.ActivityCancelled(3, call))
        .at(400, new Event.TimerCancelled(4, timer))
        .at(1000, new Event.RunCancelled("ada", ""));

    Timeline timeline = draw(history, 2000);

    assertThat(timeline.marks())
        .extracting(Timeline.Mark::at, Timeline.Mark::words)
        .containsExactly(tuple(300, "signal approve"), tuple(400, "cancel by ada"));
    TimelineRow row = timeline.rows().getFirst();
    assertThat(row.counts().cancelled()).isEqualTo(1);
    assertThat(row.bars())
        .extracting(TimelineRow.Bar::phase, TimelineRow.Bar::left, TimelineRow.Bar::width)
        .containsExactly(tuple(Phase.OPEN, 0, 400));
  }

  @Test
  void the_last_attempt_of_a_failed_call_is_no_retry() {
    var history = Histories.started();
    int call = history.schedule(0, "FetchFile");
    history.attemptFailed(call, 1, 0, 100, 200).fail(call, 2, 200, 300).closed(400);

    TimelineRow row = draw(history, 400).rows().getFirst();

    assertThat(row.counts()).isEqualTo(new TimelineRow.Counts(1, 0, 1, 0, 0, 0, 1));
    assertThat(row.medianWork()).isNull();
  }

  @Test
  void the_calls_of_a_batch_become_one_bar_with_a_count() {
    var history = Histories.started();
    int[] calls = new int[185];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = history.schedule(0, "FetchFile");
    }
    for (int i = 0; i < calls.length; i++) {
      int batch = i / 25;
      history.complete(calls[i], 1, batch * 400L, 390 + batch * 400L + i % 3);
    }
    history.closed(3200);

    TimelineRow row = draw(history, 3200).rows().getFirst();

    assertThat(row.counts().completed()).isEqualTo(185);
    assertThat(row.bars())
        .filteredOn(bar -> bar.phase() == Phase.SUCCEEDED)
        .extracting(TimelineRow.Bar::count)
        .containsExactly(25, 25, 25, 25, 25, 25, 25, 10);
    assertThat(row.bars().getLast().title()).startsWith("FetchFile × 10, completed");
  }

  @Test
  void calls_that_overlap_get_lanes_of_their_own() {
    var history = Histories.started();
    int first = history.schedule(0, "Fetch");
    int second = history.schedule(100, "Fetch");
    int third = history.schedule(500, "Fetch");
    history
        .complete(first, 1, 0, 400)
        .complete(second, 1, 100, 900)
        .complete(third, 1, 500, 900)
        .closed(1000);

    TimelineRow row = draw(history, 1000).rows().getFirst();

    assertThat(row.bars()).extracting(TimelineRow.Bar::top).containsExactly(0, 20, 0);
    assertThat(row.height()).isEqualTo(38);
  }

  @Test
  void too_many_lanes_become_columns_of_how_many_are_in_flight() {
    var history = Histories.started();
    for (int i = 0; i < 40; i++) {
      history.schedule(i * 10L, "Fetch");
    }
    for (int i = 0; i < 40; i++) {
      history.complete(i + 1, 1, i * 10L, 500 + i * 10L);
    }
    history.closed(1000);

    TimelineRow row = draw(history, 1000).rows().getFirst();

    assertThat(row.bars()).isEmpty();
    assertThat(row.columns()).hasSizeBetween(80, 100);
    assertThat(row.columns().get(45).title()).isEqualTo("Fetch, 40 in flight");
    assertThat(row.columns().get(45).height()).isEqualTo(row.height());
  }

  @Test
  void an_open_call_reaches_to_now_and_a_planned_retry_only_to_its_time() {
    var history = Histories.started();
    history.schedule(0, "Post");
    int retried = history.schedule(0, "Fetch");
    history.attemptFailed(retried, 1, 0, 200, 400);

    Timeline timeline = draw(history, 1000);

    assertThat(timeline.end()).isEqualTo(at(1000));
    assertThat(timeline.rows().get(0).bars())
        .extracting(TimelineRow.Bar::phase, TimelineRow.Bar::width)
        .containsExactly(tuple(Phase.OPEN, 1000));
    assertThat(timeline.rows().get(1).bars())
        .extracting(TimelineRow.Bar::phase, TimelineRow.Bar::left)
        .containsExactly(tuple(Phase.FAILED, 0), tuple(Phase.BACKOFF, 200), tuple(Phase.OPEN, 400));
  }

  @Test
  void a_once_activity_whose_process_died_shows_an_unknown_outcome() {
    var history = Histories.started();
    int call = history.schedule(0, "SendMail");
    history
        .at(100, new Event.ActivityStarted(call, 1))
        .at(600, new Event.ActivityOutcomeUnknown(call, 1))
        .closed(1000);

    TimelineRow row = draw(history, 1000).rows().getFirst();

    assertThat(row.bars())
        .extracting(TimelineRow.Bar::phase, TimelineRow.Bar::left)
        .containsExactly(tuple(Phase.UNKNOWN, 100));
    assertThat(row.counts().unknown()).isEqualTo(1);
  }

  @Test
  void a_night_of_sleep_is_folded_so_that_the_seconds_of_work_can_be_seen() {
    var history = Histories.started();
    int before = history.schedule(0, "Fetch");
    history.complete(before, 1, 0, 1_000);
    int timer = history.timer(1_000, 36_001_000);
    history.at(36_001_000, new Event.TimerFired(timer));
    int after = history.schedule(36_001_000, "Fetch");
    history.complete(after, 1, 36_001_000, 36_002_000).closed(36_002_000);

    Timeline timeline = draw(history, 36_002_000);

    assertThat(timeline.folds()).containsExactly(new Timeline.Fold(470, 60, Duration.ofHours(10)));
    assertThat(timeline.rows().getFirst().bars())
        .extracting(TimelineRow.Bar::left, TimelineRow.Bar::width)
        .containsExactly(tuple(0, 470), tuple(530, 470));
    assertThat(timeline.rows().getLast().name()).isEqualTo(Outline.TIMERS);
  }

  @Test
  void ticks_are_round_and_leave_room_for_their_text() {
    var history = Histories.started();
    int call = history.schedule(0, "Fetch");
    history.complete(call, 1, 0, 3_370).closed(3_370);

    Timeline timeline = draw(history, 3_370);

    assertThat(timeline.ticks())
        .extracting(tick -> tick.offset().toMillis())
        .containsExactly(0L, 1_000L, 2_000L, 3_000L);
  }

  @Test
  void an_expanded_row_lists_its_calls_page_by_page() {
    var history = Histories.started();
    for (int i = 0; i < 5; i++) {
      history.schedule(i, "Fetch");
    }
    history.attemptFailed(2, 1, 10, 20, 30).complete(2, 2, 30, 40);

    Timeline timeline =
        Timeline.of(history.outline(), at(100), new Timeline.Expansion(Map.of("Fetch", 1), 2));

    TimelineRow.Calls calls = requireNonNull(timeline.rows().getFirst().calls());
    assertThat(calls.shown()).extracting(TimelineRow.CallRow::ordinal).containsExactly(2, 3);
    assertThat(calls.shown().getFirst().attempts()).isEqualTo(2);
    assertThat(calls.shown().getFirst().ending()).isEqualTo(Ending.COMPLETED);
    assertThat(calls.nextAfter()).isEqualTo(3);
    assertThat(calls.previous()).isTrue();
  }

  @Test
  void fifty_thousand_events_stay_a_small_drawing() {
    var history = Histories.started();
    for (int i = 0; i < 25_000; i++) {
      int call = history.schedule(i, i % 2 == 0 ? "Fetch" : "Store");
      history.complete(call, 1, i, i + 40);
    }
    history.closed(26_000);

    Timeline timeline = draw(history, 26_000);

    assertThat(timeline.rows())
        .extracting(row -> row.counts().calls())
        .containsExactly(12_500, 12_500);
    assertThat(timeline.rows())
        .allSatisfy(row -> assertThat(row.bars().size() + row.columns().size()).isLessThan(1_000));
  }

  private static Timeline draw(Histories history, long nowMillis) {
    return Timeline.of(history.outline(), at(nowMillis), Timeline.Expansion.NONE);
  }
}
