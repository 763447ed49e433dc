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
}
