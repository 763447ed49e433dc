package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.run.RunId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the engine relies on when it looks for the dead and takes their runs, for PostgreSQL and
/// its simulation. When a silent worker is dead is [dev.backstitch.orchestrator.lease]'s to say,
/// above either of them.
abstract class LaneLeaseTest extends LaneStoreTest {
  private static final Duration LONGER_THAN_A_LEASE = WORKER_LEASE.plusSeconds(1);

  @Test
  void whose_session_is_cut_and_whose_lease_is_over_are_silent_and_nobody_else() {
    long cut = ground.register();
    long late = ground.register();
    assertThat(ground.silent(worker)).isEmpty();

    ground.cutSession(cut);

    assertThat(ground.silent(worker)).containsExactly(cut);
    assertThat(ground.silent(late)).containsExactly(cut);
    assertThat(ground.silent(cut)).isEmpty();

    ground.elapse(LONGER_THAN_A_LEASE);
    ground.beat(worker);
    ground.beat(cut);

    assertThat(ground.silent(worker)).containsExactly(cut, late);
    assertThat(ground.silent(late)).containsExactly(cut);
    assertThat(ground.silent(cut)).containsExactly(late);
  }

  @Test
  void who_beats_within_its_lease_is_never_silent() {
    long other = ground.register();

    for (int i = 0; i < 5; i++) {
      ground.elapse(WORKER_LEASE.dividedBy(2));
      assertThat(ground.beat(worker)).isPresent();
      assertThat(ground.silent(other)).isEmpty();
    }
  }

  @Test
  void who_is_taken_over_writes_nothing_more_and_its_runs_are_claimed_before_others()
      throws SQLException {
    long other = ground.register();
    LaneStore others = ground.lane(other);
    RunId due = ground.newId();
    lane.write(List.of(start(run, null), start(due, null)));
    lane.write(List.of(park(due, ground.now().minusSeconds(5))));
    ground.cutSession(worker);

    assertThat(ground.takeOver(worker, other)).contains(1);

    assertThat(ground.silent(other)).isEmpty();
    assertThat(ground.takeOver(worker, other)).isEmpty();
    assertThat(ground.beat(worker)).isEmpty();
    assertThat(stateOf(lane, step(run, 2))).isEqualTo("BS001");
    assertThat(lane.settle(List.of(step(run, 2))))
        .isInstanceOf(CheckpointStore.Settled.Fenced.class);
    assertThat(ground.claim(other, GREET, 1)).containsExactly(run);
    assertThat(ground.claim(other, GREET, 1)).containsExactly(due);
    assertThat(stateOf(others, step(run, 2))).isEqualTo("00000");
    assertThat(seqs(run)).containsExactly(1, 2);
    others.disconnect();
  }

  @Test
  void who_is_heard_again_is_not_taken_over() throws SQLException {
    long other = ground.register();
    lane.write(List.of(start(run, null)));
    ground.elapse(LONGER_THAN_A_LEASE);
    assertThat(ground.silent(other)).containsExactly(worker);

    ground.beat(worker);

    assertThat(ground.takeOver(worker, other)).isEmpty();
    assertThat(stateOf(lane, step(run, 2))).isEqualTo("00000");
    assertThat(ground.owned(worker)).containsExactly(run);
  }

  /// Both come back late, and each finds the other silent.
  @Test
  void of_two_that_would_take_each_other_over_one_lives() throws SQLException {
    long other = ground.register();
    LaneStore others = ground.lane(other);
    others.write(List.of(start(run, null)));
    ground.elapse(LONGER_THAN_A_LEASE);
    assertThat(ground.silent(worker)).containsExactly(other);
    assertThat(ground.silent(other)).containsExactly(worker);

    assertThat(ground.takeOver(worker, other)).contains(0);
    assertThat(ground.takeOver(other, worker)).isEmpty();

    assertThat(stateOf(lane, start(ground.newId(), null))).isEqualTo("BS001");
    assertThat(stateOf(others, step(run, 2))).isEqualTo("00000");
    assertThat(ground.owned(other)).containsExactly(run);
    others.disconnect();
  }
}
