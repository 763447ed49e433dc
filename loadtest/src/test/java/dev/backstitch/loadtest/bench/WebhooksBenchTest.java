package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WebhooksBenchTest {
  private final WebhooksBench bench =
      new WebhooksBench(new WebhooksBench.Plan(40, Duration.ofSeconds(2), 1));

  @Test
  void pushes_that_come_together_become_few_commits_and_the_branch_is_right() throws Exception {
    WebhooksBench.Row row = bench.measure("in order", HookTrouble.NONE);

    assertThat(row.differences()).as(row.toString()).isZero();
    assertThat(row.violations()).as(row.toString()).isZero();
    assertThat(row.commits()).as(row.toString()).isBetween(1L, 6L);
    assertThat(row.p99Seconds()).as(row.toString()).isFinite();
  }

  @Test
  void lost_doubled_and_late_webhooks_do_not_spoil_the_branch() throws Exception {
    HookTrouble trouble = new HookTrouble(0.2, 0.2, 0.3, Duration.ofMillis(700), 11);

    WebhooksBench.Row row = bench.measure("troubled", trouble);

    assertThat(row.redelivered()).as(row.toString()).isPositive();
    assertThat(row.differences()).as(row.toString()).isZero();
    assertThat(row.violations()).as(row.toString()).isZero();
  }

  @Test
  void too_many_commits_a_wrong_branch_and_a_broken_contract_are_failures() {
    assertThat(exitCode(10, 0, 0, 12.5)).isZero();
    assertThat(exitCode(11, 0, 0, 12.5)).isEqualTo(1);
    assertThat(exitCode(4, 1, 0, 12.5)).isEqualTo(1);
    assertThat(exitCode(4, 0, 1, 12.5)).isEqualTo(1);
    assertThat(exitCode(4, 0, 0, Double.POSITIVE_INFINITY)).as("never shown").isEqualTo(1);
  }

  /// Of a good row and another one.
  private static int exitCode(long commits, int differences, int violations, double p99Seconds) {
    return WebhooksCommand.exitCode(
        List.of(row(3, 0, 0, 9), row(commits, differences, violations, p99Seconds)), 10);
  }

  private static WebhooksBench.Row row(
      long commits, int differences, int violations, double p99Seconds) {
    return new WebhooksBench.Row(
        "some", 500, 180, 10, 4, commits, 20, 0, 500, 0, 6, p99Seconds, differences, violations);
  }
}
