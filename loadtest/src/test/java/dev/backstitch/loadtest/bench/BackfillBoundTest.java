package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The bound against the figures of decision 0014 and those that were measured; that the ledger
/// really is done by then is the business of `BackfillTest` beside it.
final class BackfillBoundTest {
  private static final double SLACK = 0.1;
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void in_an_hour_the_spread_is_the_bound() {
    assertThat(BackfillBound.ofWindow(5_000, 2_800, 0, HOUR) - SLACK)
        .as("1 - 0.3^(1/4)")
        .isCloseTo(0.26, within(0.001));
    assertThat(BackfillBound.ofWindow(5_000, 2_800, 1_200, HOUR) - SLACK)
        .as("beside live calls")
        .isCloseTo(0.286, within(0.001));
  }

  @Test
  void in_an_hour_that_is_played_in_minutes_the_line_is() {
    double latest = BackfillBound.ofWindow(5_000, 2_831, 1_200, Duration.ofMinutes(4));

    assertThat(latest - SLACK).isCloseTo((2 + 2_831 * 0.05) / 240, within(0.001));
    assertThat(latest).as("the ledger and pulldasher's rule, as measured").isBetween(0.59, 1.03);
  }

  @Test
  void what_one_window_has_not_must_be_done_at_its_end() {
    assertThat(BackfillBound.ofWindow(5_000, 4_100, 0, HOUR)).isEqualTo(1 + SLACK);
    assertThat(BackfillBound.ofWindow(5_000, 3_400, 1_200, HOUR)).isEqualTo(1 + SLACK);
  }
}
