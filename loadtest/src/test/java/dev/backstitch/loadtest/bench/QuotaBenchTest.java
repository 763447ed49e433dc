package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class QuotaBenchTest {
  /// Enough to break the reserve of 1,000 from 1,200 if nobody holds them back.
  private static final int HEADS = 300;

  private static final Duration WINDOW = Duration.ofSeconds(40);

  private final QuotaBench bench =
      new QuotaBench(
          new QuotaBench.Plan(HEADS, WINDOW, Duration.ofSeconds(10), Duration.ofSeconds(1)));

  @Test
  void the_ledger_leaves_the_reserve_and_without_a_pacer_it_is_broken() throws Exception {
    List<QuotaBench.Row> rows = bench.measure(List.of(QuotaPacing.LEDGER, QuotaPacing.NONE));

    QuotaBench.Row ledger = rows.getFirst();
    QuotaBench.Row none = rows.getLast();
    assertThat(ledger.minimumRemaining()).isBetween(1_000, 1_199);
    assertThat(ledger.keepsTheReserve()).isTrue();
    assertThat(ledger.doneAfterReset()).isPositive();
    assertThat(none.minimumRemaining()).isLessThan(1_000);
    assertThat(none.keepsTheReserve()).isFalse();
  }

  @Test
  void a_broken_reserve_and_a_late_end_are_failures_and_slow_live_calls_if_asked_for() {
    assertThat(QuotaCommand.exitCode(row(1_000, 0, 1.2, 0.6), true)).isZero();
    assertThat(QuotaCommand.exitCode(row(999, 0, 1, 0.3), false)).isEqualTo(1);
    assertThat(QuotaCommand.exitCode(row(1_000, 1, 1, 0.3), false)).isEqualTo(1);
    assertThat(QuotaCommand.exitCode(row(1_000, 0, 1, 0.61), false)).isEqualTo(1);
    assertThat(QuotaCommand.exitCode(row(1_000, 0, 1.21, 0.3), false)).isZero();
    assertThat(QuotaCommand.exitCode(row(1_000, 0, 1.21, 0.3), true)).isEqualTo(1);
  }

  private static QuotaBench.Row row(int minimum, long refused, double ofIdle, double ofWindow) {
    return new QuotaBench.Row(
        "ledger", 150, minimum, 800, 900, 90, 150, ofIdle, 0, refused, 3, 144, ofWindow, 0.6);
  }

  @Test
  void live_calls_use_as_much_of_a_long_window_as_of_a_short_one() {
    assertThat(plan(240).betweenLiveCalls()).isEqualTo(Duration.ofMillis(200));
    assertThat(plan(3_600).betweenLiveCalls()).isEqualTo(Duration.ofSeconds(3));
    assertThat(plan(3_600).liveCallsPerWindow()).isEqualTo(1_200);
    assertThat(plan(30).liveCallsPerWindow()).as("latencies are real").isEqualTo(150);
  }

  private static QuotaBench.Plan plan(int windowSeconds) {
    Duration window = Duration.ofSeconds(windowSeconds);
    return new QuotaBench.Plan(3_000, window, window.dividedBy(8), Duration.ofSeconds(30));
  }
}
