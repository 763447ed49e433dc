package dev.backstitch.api.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.backstitch.api.retention.Retention.Rule;
import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void everything_old_goes_batch_by_batch_and_what_fails_does_not_keep_the_rest_from_it() {
    AtomicInteger left = new AtomicInteger(2 * Retention.BATCH + 7);
    AtomicInteger failures = new AtomicInteger();
    Rule failing =
        new Rule(
            "broken",
            DAY,
            (_, _) -> {
              failures.incrementAndGet();
              throw new IllegalStateException("as it was told");
            });
    Rule working =
        new Rule(
            "things",
            DAY,
            (keep, atMost) -> {
              assertThat(keep).isEqualTo(DAY);
              int some = Math.min(left.get(), atMost);
              left.addAndGet(-some);
              return some;
            });

    Retention.Times times = new Retention.Times(Duration.ZERO, Duration.ofMillis(5));
    try (Retention _ = Retention.start(List.of(failing, working), times)) {
      await().until(() -> left.get() == 0 && failures.get() >= 2);
    }
  }

  @Test
  void one_that_is_closed_removes_nothing_more() {
    AtomicInteger asked = new AtomicInteger();
    Retention retention =
        Retention.start(List.of(new Rule("x", DAY, (_, _) -> asked.incrementAndGet())));

    retention.close();

    assertThat(asked.get()).isZero();
  }

  @Test
  void there_are_usual_times_and_others_can_be_set() {
    RetentionConfig usual = RetentionConfig.of(new Settings(Map.of()));
    RetentionConfig set =
        RetentionConfig.of(
            new Settings(
                Map.of(
                    "retention.posts-days", "1",
                    "retention.sync-runs-days", "3650",
                    "retention.webhooks-days", "4")));

    assertThat(usual.posts()).isEqualTo(Duration.ofDays(30));
    assertThat(usual.webhooks()).isGreaterThan(Duration.ofDays(3));
    assertThat(set)
        .isEqualTo(
            new RetentionConfig(Duration.ofDays(1), Duration.ofDays(3_650), Duration.ofDays(4)));
  }

  @ParameterizedTest
  @CsvSource({
    "retention.posts-days, 0",
    "retention.sync-runs-days, 3651",
    "retention.webhooks-days, 3",
    "retention.webhooks-days, week"
  })
  void a_time_that_can_not_be_stops_the_start_with_its_name_and_range(String name, String value) {
    assertThatThrownBy(() -> RetentionConfig.of(new Settings(Map.of(name, value))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(" to ")
        .hasMessageContaining("was " + value);
  }
}
