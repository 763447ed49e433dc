package dev.backstitch.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class BalanceTest {

  @Test
  void a_worker_alone_keeps_everything_and_claims_at_once() {
    assertThat(Balance.excess(1_000_000, OptionalInt.empty())).isZero();
    assertThat(Balance.patience(1_000_000, OptionalInt.empty())).isEqualTo(Duration.ZERO);
  }

  @Test
  void small_differences_are_left_alone() {
    assertThat(Balance.excess(200, OptionalInt.of(0))).isZero();
    assertThat(Balance.excess(10_000, OptionalInt.of(7_500))).isZero();
    assertThat(Balance.patience(100, OptionalInt.of(0))).isEqualTo(Duration.ZERO);
  }

  @Test
  void a_worker_well_above_another_waits_for_it_and_far_above_hands_over_half_the_difference() {
    assertThat(Balance.patience(101, OptionalInt.of(0))).isPositive();
    assertThat(Balance.excess(201, OptionalInt.of(0))).isEqualTo(100);
    assertThat(Balance.excess(100_000, OptionalInt.of(0))).isEqualTo(500);
  }

  @Test
  void handing_over_ends_before_the_other_has_more() {
    int mine = 50_000;
    int other = 0;
    int rounds = 0;
    int excess = Balance.excess(mine, OptionalInt.of(other));
    while (excess > 0) {
      mine -= excess;
      other += excess;
      rounds++;
      excess = Balance.excess(mine, OptionalInt.of(other));
    }

    assertThat(mine).isGreaterThanOrEqualTo(other);
    assertThat(rounds).isLessThan(100);
    assertThat(Balance.excess(other, OptionalInt.of(mine))).isZero();
  }
}
