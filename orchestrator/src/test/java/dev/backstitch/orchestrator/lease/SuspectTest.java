package dev.backstitch.orchestrator.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SuspectTest {
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofDays(1);
  private static final long NO_SUCH_PROCESS = Long.MAX_VALUE;

  private static Suspect suspect(
      String host, long processId, boolean sessionGone, boolean leaseOver, Duration serverUp) {
    return new Suspect(7, host, processId, LEASE, sessionGone, leaseOver, serverUp);
  }

  @Test
  void a_closed_session_means_death_when_the_database_was_there_all_the_time() {
    Suspect closed = suspect("other", 1, true, false, LONG);

    assertThat(closed.isDead(LONG, LONG, GRACE, "here")).isTrue();
    assertThat(closed.isDead(LONG, GRACE, GRACE, "here")).isTrue();
    assertThat(closed.isDead(LONG, GRACE.minusMillis(1), GRACE, "here")).isFalse();
  }

  @Test
  void a_session_that_has_just_gone_may_have_been_cut_alone() {
    Suspect cut = suspect("other", 1, true, false, LONG);

    assertThat(cut.isDead(Duration.ofMillis(499), LONG, GRACE, "here")).isFalse();
    assertThat(cut.isDead(Duration.ofMillis(500), LONG, GRACE, "here")).isTrue();
  }

  @Test
  void behind_a_restart_of_the_server_the_living_are_given_time_to_come_back() {
    assertThat(
            suspect("other", 1, true, true, GRACE.minusMillis(1)).isDead(LONG, LONG, GRACE, "here"))
        .isFalse();
    assertThat(suspect("other", 1, true, false, GRACE).isDead(LONG, LONG, GRACE, "here")).isTrue();
  }

  @Test
  void a_process_of_this_machine_that_does_not_exist_needs_no_grace() {
    assertThat(
            suspect("here", NO_SUCH_PROCESS, true, false, Duration.ZERO)
                .isDead(LONG, Duration.ZERO, GRACE, "here"))
        .isTrue();
    assertThat(
            suspect("elsewhere", NO_SUCH_PROCESS, true, false, Duration.ZERO)
                .isDead(LONG, Duration.ZERO, GRACE, "here"))
        .isFalse();
    assertThat(
            suspect("here", ProcessHandle.current().pid(), true, false, Duration.ZERO)
                .isDead(LONG, Duration.ZERO, GRACE, "here"))
        .isFalse();
  }

  @Test
  void silence_with_an_open_session_means_death_after_a_whole_lease_of_calm() {
    Suspect silent = suspect("here", NO_SUCH_PROCESS, false, true, LONG);

    assertThat(silent.isDead(LONG, LEASE, GRACE, "here")).isTrue();
    assertThat(silent.isDead(LONG, LEASE.minusMillis(1), GRACE, "here")).isFalse();
  }
}
