package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Syncs that are shown the world as it was some seconds ago.
class SyncStaleTest {
  private static final Fault STALE = new Fault.Stale(Duration.ofSeconds(10));

  /// So that what happened so far is older than what a stale answer leaves out.
  private static void later(Classroom classroom) {
    classroom.github().clock().advance(Duration.ofSeconds(11));
  }

  @Test
  void pushes_that_a_list_does_not_show_yet_come_with_the_next_sync() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      classroom.world().pushProgress(3);
      classroom.github().faults().next(Operation.LIST_HEADS, STALE);

      SyncResult shownNothing = classroom.sync();
      SyncResult shown = classroom.sync();

      assertThat(shownNothing.changed()).isZero();
      assertThat(shown.changed()).isEqualTo(3);
      assertThat(classroom.world().trackerCommits()).hasSize(2);
      classroom.assertInOrder();
    }
  }

  /// Such a list can't be told from a push by force, so the branch goes back to it first.
  @Test
  void a_list_that_lags_behind_the_branch_is_made_good_by_the_next_sync() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      later(classroom);
      classroom.world().pushProgress(2);
      classroom.sync();
      classroom.github().faults().next(Operation.LIST_HEADS, STALE);

      classroom.sync();
      SyncResult shown = classroom.sync();

      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(shown.failed()).isEmpty();
      classroom.assertInOrder();
    }
  }

  @Test
  void a_branch_that_is_shown_without_its_last_commit_loses_nothing_of_it() {
    try (Classroom classroom = Classroom.of(6)) {
      classroom.sync();
      later(classroom);
      classroom.world().pushProgressTo(classroom.number(0));
      classroom.world().foreignCommit("tracker");
      classroom.sync();
      classroom.world().pushProgressTo(classroom.number(1));
      classroom.github().faults().next(Operation.READ_STATE, STALE);

      SyncResult result = classroom.sync();

      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(result.changed()).isEqualTo(1);
      assertThat(classroom.world().trackerCommits()).hasSize(4);
      classroom.assertInOrder();
    }
  }

  @Test
  void a_commit_whose_answer_is_lost_is_found_though_the_branch_does_not_show_it_at_once() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.github().faults().next(Operation.COMMIT, new Fault.ResetAfterWrite());
      classroom.github().faults().next(Operation.READ_HISTORY, STALE);

      SyncResult result = classroom.await(classroom.start());

      assertThat(classroom.github().faults().injected()).hasSize(2);
      assertThat(result.changed()).isEqualTo(5);
      assertThat(classroom.world().trackerCommits())
          .singleElement()
          .satisfies(commit -> assertThat(commit.id().name()).isEqualTo(result.commitOid()));
      classroom.assertInOrder();
    }
  }

  @Test
  void a_branch_that_lags_on_and_on_is_written_when_it_has_caught_up() {
    try (Classroom classroom = Classroom.of(4)) {
      classroom.sync();
      later(classroom);
      classroom.world().pushProgressTo(classroom.number(0));
      classroom.sync();
      classroom.world().pushProgressTo(classroom.number(1));
      classroom.github().faults().next(Operation.READ_STATE, STALE);
      classroom.github().faults().times(Operation.READ_HISTORY, 2, STALE);

      SyncResult result = classroom.await(classroom.start());

      assertThat(classroom.github().faults().injected()).hasSize(3);
      assertThat(result.changed()).isEqualTo(1);
      assertThat(classroom.world().trackerCommits()).hasSize(3);
      classroom.assertInOrder();
    }
  }
}
