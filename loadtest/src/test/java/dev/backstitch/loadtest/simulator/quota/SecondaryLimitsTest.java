package dev.backstitch.loadtest.simulator.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SecondaryLimitsTest {

  private static final Account BOT = Account.user(1, "bot");

  private final SimulatorClock clock =
      new SimulatorClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  private final SecondaryLimits limits = new SecondaryLimits(clock, Limits.GITHUB);

  @Test
  void nine_hundred_reads_a_minute_are_within_the_limit() {
    for (int i = 0; i < 900; i++) {
      assertThat(request(QuotaResource.CORE, false)).isTrue();
    }

    assertThat(request(QuotaResource.CORE, false)).isFalse();
    assertThat(request(QuotaResource.GRAPHQL, false)).isTrue();
    clock.advance(Duration.ofMinutes(1));
    assertThat(request(QuotaResource.CORE, false)).isTrue();
  }

  @Test
  void a_write_counts_five() {
    for (int i = 0; i < 80; i++) {
      assertThat(request(QuotaResource.CORE, true)).isTrue();
    }
    for (int i = 0; i < 500; i++) {
      assertThat(request(QuotaResource.CORE, false)).isTrue();
    }

    assertThat(request(QuotaResource.CORE, false)).isFalse();
  }

  @Test
  void eighty_writes_a_minute_and_five_hundred_an_hour_are_within_the_limit() {
    for (int minute = 0; minute < 6; minute++) {
      for (int write = 0; write < 80; write++) {
        assertThat(request(QuotaResource.GRAPHQL, true)).as("minute %d", minute).isTrue();
      }
      assertThat(request(QuotaResource.GRAPHQL, true)).as("minute %d", minute).isFalse();
      clock.advance(Duration.ofMinutes(1));
    }
    // What was refused counts too: 486 so far.
    for (int write = 0; write < 14; write++) {
      assertThat(request(QuotaResource.GRAPHQL, true)).isTrue();
    }

    assertThat(request(QuotaResource.GRAPHQL, true)).isFalse();
    assertThat(request(QuotaResource.GRAPHQL, false)).isTrue();
    clock.advance(Duration.ofHours(1));
    assertThat(request(QuotaResource.GRAPHQL, true)).isTrue();
  }

  @Test
  void a_hundred_requests_may_run_at_once() {
    for (int i = 0; i < 100; i++) {
      assertThat(limits.begin(BOT, QuotaResource.CORE, false)).isTrue();
    }

    assertThat(limits.begin(BOT, QuotaResource.CORE, false)).isFalse();
    assertThat(limits.begin(Account.user(2, "other"), QuotaResource.CORE, false)).isTrue();
    assertThat(limits.mostAtOnce()).isEqualTo(101);
  }

  @Test
  void ninety_seconds_of_processor_time_a_minute_and_sixty_of_graphql_are_within_the_limit() {
    limits.limits(Limits.GITHUB.withProcessorTime(90, 60));
    assertThat(answered(QuotaResource.GRAPHQL, 60)).isTrue();

    assertThat(answered(QuotaResource.GRAPHQL, 0)).isFalse();
    assertThat(answered(QuotaResource.CORE, 30)).isTrue();
    assertThat(answered(QuotaResource.CORE, 0)).isFalse();
    clock.advance(Duration.ofMinutes(1));
    assertThat(answered(QuotaResource.CORE, 0)).isTrue();
    assertThat(answered(QuotaResource.GRAPHQL, 0)).isTrue();
  }

  @Test
  void processor_time_is_limited_only_for_who_asks_for_it() {
    assertThat(answered(QuotaResource.GRAPHQL, 600)).isTrue();
    assertThat(answered(QuotaResource.GRAPHQL, 600)).isTrue();
    limits.limits(Limits.GITHUB.withProcessorTime(90, 60).withKept(false));
    assertThat(answered(QuotaResource.GRAPHQL, 600)).isTrue();
    limits.limits(Limits.GITHUB.withProcessorTime(90, 60));
    assertThat(answered(QuotaResource.GRAPHQL, 600)).isFalse();
  }

  @Test
  void a_limit_is_more_than_nothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(true, 0, 900, 2_000, 80, 500, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Limits.GITHUB.withProcessorTime(-1, 0))
        .withMessageContaining("86,400");
  }

  private boolean answered(QuotaResource resource, int seconds) {
    boolean within = limits.begin(BOT, resource, false);
    limits.end(BOT, resource, Duration.ofSeconds(seconds));
    return within;
  }

  private boolean request(QuotaResource resource, boolean write) {
    boolean within = limits.begin(BOT, resource, write);
    limits.end(BOT, resource, Duration.ZERO);
    return within;
  }
}
