package dev.backstitch.loadtest.simulator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SecondaryLimitsTest {

  private static final Account BOT = Account.user(1, "bot");

  private final SimulatorClock clock =
      new SimulatorClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  private final SecondaryLimits limits = new SecondaryLimits(clock, true);

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

  private boolean request(QuotaResource resource, boolean write) {
    boolean within = limits.begin(BOT, resource, write);
    limits.end(BOT);
    return within;
  }
}
