package dev.backstitch.orchestrator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "30, 2026-01-01T10:00:00Z, 2026-01-01T10:30:00Z",
    "30, 2026-01-01T10:29:59.999Z, 2026-01-01T10:30:00Z",
    "30, 2026-01-01T10:30:00.001Z, 2026-01-01T11:00:00Z",
  })
  void an_interval_is_due_at_the_same_times_on_every_worker(int minutes, Instant now, Instant due) {
    assertThat(new Schedule.Every(Duration.ofMinutes(minutes)).next(now)).isEqualTo(due);
  }

  @Test
  void an_interval_has_whole_seconds() {
    assertThatThrownBy(() -> new Schedule.Every(Duration.ofMillis(1_500)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole seconds");
    assertThatThrownBy(() -> new Schedule.Every(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/30 * * * *       | UTC            | 2026-01-01T10:00:00Z | 2026-01-01T10:30:00Z",
        "*/30 * * * *       | UTC            | 2026-01-01T10:30:00Z | 2026-01-01T11:00:00Z",
        "0 9 * * *          | Asia/Singapore | 2026-01-01T01:00:00Z | 2026-01-02T01:00:00Z",
        "5/20 * * * *       | UTC            | 2026-01-01T10:06:00Z | 2026-01-01T10:25:00Z",
        "0 0 1,15 * *       | UTC            | 2026-01-02T00:00:00Z | 2026-01-15T00:00:00Z",
        "0 8-10 * * MON-FRI | UTC            | 2026-01-02T10:00:00Z | 2026-01-05T08:00:00Z",
        "0 0 * * 7          | UTC            | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
        "0 0 * * sun        | UTC            | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
        "0 0 13 * 5         | UTC            | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z",
        "0 0 29 2 *         | UTC            | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z",
        "0 12 1 JAN *       | UTC            | 2026-01-01T12:00:00Z | 2027-01-01T12:00:00Z",
      })
  void a_cron_expression_is_due_where_all_fields_fit(
      String expression, String zone, Instant now, Instant due) {
    assertThat(cron(expression, zone).next(now)).isEqualTo(due);
  }

  /// Berlin: on 2026-03-29 clocks go from 02:00 to 03:00, on 2026-10-25 from 03:00 to 02:00.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *   | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z",
        "30 2 * * *   | 2026-03-29T01:00:00Z | 2026-03-30T00:30:00Z",
        "30 2 * * *   | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z",
        "30 2 * * *   | 2026-10-25T00:30:00Z | 2026-10-26T01:30:00Z",
        "30 * * * *   | 2026-10-25T00:30:00Z | 2026-10-25T01:30:00Z",
        "15 * * * *   | 2026-03-29T00:15:00Z | 2026-03-29T01:15:00Z",
      })
  void clocks_that_change_neither_lose_nor_double_a_time(
      String expression, Instant now, Instant due) {
    assertThat(cron(expression, "Europe/Berlin").next(now)).isEqualTo(due);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "a * * * *",
        "1-0 * * * *",
        "*/0 * * * *",
        "1/2/3 * * * *",
        "1-2-3 * * * *",
        ", * * * *",
        "@hourly",
      })
  void what_is_no_cron_expression_is_refused(String expression) {
    assertThatThrownBy(() -> CronExpression.parse(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cron expression");
  }

  @Test
  void what_is_never_due_is_refused() {
    assertThatThrownBy(() -> cron("0 0 31 2 *", "UTC"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("never due");
  }

  private static Schedule cron(String expression, String zone) {
    return new Schedule.Cron(CronExpression.parse(expression), ZoneId.of(zone));
  }
}
