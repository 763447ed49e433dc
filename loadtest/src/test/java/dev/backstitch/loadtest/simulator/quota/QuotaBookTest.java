package dev.backstitch.loadtest.simulator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.account.Credentials;
import dev.backstitch.loadtest.simulator.account.InstallationSize;
import dev.backstitch.loadtest.simulator.account.PemKey;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class QuotaBookTest {
  private final SimulatorClock clock =
      new SimulatorClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  private final Apps apps = new Apps(clock, new Credentials(clock), 1);
  private final Apps.App app = apps.register(1, "stitcher", PemKey.make().publicKey());
  private final QuotaBook book = new QuotaBook(clock, apps, 5_000, Duration.ofHours(1));

  @Test
  void an_installation_gets_more_for_every_repository_and_user_above_twenty() {
    assertLimit(20, 20, 5_000);
    assertLimit(21, 0, 5_050);
    assertLimit(0, 21, 5_050);
    assertLimit(50, 40, 7_500);
    assertLimit(170, 20, 12_500);
    assertLimit(171, 20, 12_500);
    assertLimit(Integer.MAX_VALUE, Integer.MAX_VALUE, 12_500);
  }

  private void assertLimit(int repositories, int users, int limit) {
    Account account = install(new InstallationSize(repositories, users, false));
    for (QuotaResource resource : QuotaResource.values()) {
      assertThat(book.state(account, resource).limit()).isEqualTo(limit);
    }
  }

  @Test
  void an_enterprise_has_limits_of_its_own() {
    Account account = install(new InstallationSize(1, 1, true));

    assertThat(book.state(account, QuotaResource.CORE).limit()).isEqualTo(15_000);
    assertThat(book.state(account, QuotaResource.GRAPHQL).limit()).isEqualTo(10_000);
  }

  @Test
  void what_is_left_may_be_all_that_a_large_installation_is_granted() {
    Account account = install(new InstallationSize(30, 1, false));

    book.charge(account, QuotaResource.CORE, 7);
    assertThat(book.state(account, QuotaResource.CORE).remaining()).isEqualTo(5_493);
    book.setRemaining(account, QuotaResource.CORE, 5_500);

    assertThat(book.state(account, QuotaResource.CORE).used()).isZero();
  }

  private Account install(InstallationSize size) {
    return apps.install(app, "seam-school", size).account();
  }
}
