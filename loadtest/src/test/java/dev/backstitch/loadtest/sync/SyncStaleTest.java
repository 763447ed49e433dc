package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
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

  @Test
  void a_list_that_lags_behind_the_branch_writes_no_older_file() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      later(classroom);
      classroom.world().pushProgress(2);
      classroom.sync();
      classroom.github().faults().next(Operation.LIST_HEADS, STALE);

      SyncResult result = classroom.sync();

      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(result.changed()).isZero();
      assertThat(result.unchanged()).isEqualTo(5);
      assertThat(result.failed()).isEmpty();
      assertThat(result.requests()).as("branch, list, and two looks").isEqualTo(4);
      assertThat(classroom.world().trackerCommits()).hasSize(2);
      classroom.assertInOrder();
    }
  }

  @Test
  void of_a_list_that_lags_what_is_news_all_the_same_is_written_as_it_stands_now() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      later(classroom);
      classroom.world().pushProgressTo(classroom.number(0));
      classroom.world().pushProgressTo(classroom.number(1));
      classroom.sync();
      classroom.world().pushProgressTo(classroom.number(1));
      classroom.github().faults().next(Operation.LIST_HEADS, STALE);

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(1);
      assertThat(result.unchanged()).isEqualTo(4);
      assertThat(classroom.world().trackerCommits()).hasSize(3);
      classroom.assertInOrder();
    }
  }

  @Test
  void files_beside_which_the_pull_requests_are_shown_too_old_are_asked_for_until_it_agrees() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      later(classroom);
      classroom.world().pushProgress(2);
      classroom.github().faults().next(Operation.FETCH_FILES, STALE);

      SyncResult result = classroom.sync();

      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(result.changed()).isEqualTo(2);
      assertThat(result.requests()).as("branch, list, three looks, commit").isEqualTo(6);
      classroom.assertInOrder();
    }
  }

  @Test
  void what_a_delivery_says_counts_though_the_api_does_not_show_it_yet() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      later(classroom);
      PullRequest before = classroom.pullRequest(classroom.number(0));
      classroom.world().pushProgressTo(before.number());
      PullRequest pushed = classroom.pullRequest(before.number());
      classroom.github().faults().next(Operation.FETCH_FILES, STALE);

      SyncResult result = classroom.await(classroom.start(announcing(before, pushed, classroom)));

      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(result.changed()).isEqualTo(1);
      assertThat(result.requests()).as("branch, file, commit").isEqualTo(3);
      classroom.assertInOrder();
    }
  }

  private static String announcing(PullRequest before, PullRequest pushed, Classroom classroom) {
    return """
    {"repository": "%s", "announced": [{
      "number": %d, "author": {"login": "%s", "userId": %s}, "headRepository": null,
      "moves": [{"before": "%s", "head": "%s", "open": true}]}]}
    """
        .formatted(
            classroom.github().repository(),
            pushed.number(),
            pushed.author().orElseThrow().login(),
            classroom.userId(pushed.number()),
            before.head().name(),
            pushed.head().name());
  }

  @Test
  void a_list_from_before_a_student_opened_another_pull_request_brings_the_closed_one_not_back() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      later(classroom);
      int first = classroom.number(0);
      PullRequest second = classroom.world().secondPullRequestOfOneUser();
      classroom.world().closePullRequest(first);
      SyncResult changed = classroom.sync();
      classroom.github().faults().next(Operation.LIST_HEADS, STALE);

      SyncResult result = classroom.sync();

      assertThat(changed.changed()).isEqualTo(1);
      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(result.changed()).isZero();
      assertThat(result.failed()).isEmpty();
      assertThat(classroom.trackerFile("latest_sync_hashes.json"))
          .contains(second.head().name())
          .doesNotContain(classroom.pullRequest(first).head().name());
      classroom.assertInOrder();
    }
  }

  /// Two such answers in a row can't be told from a push by force, so the branch goes back first.
  @Test
  void two_answers_that_lag_behind_the_branch_are_made_good_by_the_next_sync() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      later(classroom);
      classroom.world().pushProgress(2);
      classroom.sync();
      classroom.github().faults().next(Operation.LIST_HEADS, STALE);
      classroom.github().faults().next(Operation.FETCH_FILES, STALE);

      classroom.sync();
      SyncResult shown = classroom.sync();

      assertThat(classroom.github().faults().injected()).hasSize(2);
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
