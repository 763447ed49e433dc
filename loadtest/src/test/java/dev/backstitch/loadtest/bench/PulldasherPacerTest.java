package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The rule as its own tests have it, so that the comparison is with the real one.
class PulldasherPacerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final PulldasherPacer pacer = new PulldasherPacer();

  @Test
  void nothing_waits_before_an_answer_or_behind_a_reset() {
    assertThat(pacer.delay(NOW)).isZero();

    pacer.observe(0, 5_000, NOW.minusSeconds(10));
    assertThat(pacer.delay(NOW)).isZero();
  }

  @Test
  void below_the_reserve_everything_waits_for_the_reset() {
    pacer.observe(500, 4_500, NOW.plusSeconds(600));

    assertThat(pacer.delay(NOW)).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void eight_calls_cost_eight_intervals() {
    pacer.observe(4_000, 1_000, NOW.plusSeconds(3_000));
    assertThat(pacer.delay(NOW)).isZero();

    pacer.observe(4_000, 1_008, NOW.plusSeconds(3_000));
    assertThat(pacer.delay(NOW)).isEqualTo(Duration.ofSeconds(8));
  }
}
