package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import java.time.Duration;
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
}
