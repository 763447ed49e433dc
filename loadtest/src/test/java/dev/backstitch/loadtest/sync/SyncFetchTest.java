package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How files and heads are had when the world changes while they are asked for.
class SyncFetchTest {

  @Test
  void pull_requests_that_are_closed_while_the_pages_are_read_make_nobody_else_miss() {
    try (Classroom classroom = Classroom.of(250)) {
      classroom
          .github()
          .faults()
          .nth(Operation.LIST_HEADS, 2, new Fault.Slow(Duration.ofSeconds(1)));
      RunId run = classroom.start();
      await().until(() -> classroom.github().counts().of(Operation.LIST_HEADS) == 2);
      List<PullRequest> open = classroom.world().openPullRequests();
      open.subList(0, 60).forEach(one -> classroom.world().closePullRequest(one.number()));

      SyncResult result = classroom.await(run);

      assertThat(result.students()).isEqualTo(250);
      assertThat(result.changed()).isEqualTo(250);
      classroom.assertInOrder();
    }
  }

  @Test
  void heads_that_graphql_does_not_list_are_listed_by_rest_and_cost_nothing_the_next_time() {
    try (Classroom classroom = Classroom.of(250)) {
      classroom.world().deleteAuthor(classroom.number(3));
      classroom.github().faults().always(Operation.LIST_HEADS, new Fault.Status(502));

      SyncResult cold = classroom.sync();
      SyncResult idle = classroom.sync();

      assertThat(cold.changed()).isEqualTo(249);
      assertThat(cold.skipped()).hasSize(1);
      assertThat(idle.unchanged()).isEqualTo(249);
      assertThat(classroom.github().counts().of(Operation.LIST_PULLS)).isEqualTo(6);
      assertThat(classroom.github().counts().notModified()).isEqualTo(3);
      classroom.assertInOrder();
    }
  }

  @Test
  void a_renamed_repository_is_synced_by_the_name_it_was_configured_with() {
    try (Classroom classroom = Classroom.of(5)) {
      String former = classroom.github().repository();
      classroom.world().renameRepository("progress-of-last-year");

      SyncResult result =
          classroom.await(classroom.start("{\"repository\": \"%s\"}".formatted(former)));

      assertThat(result.changed()).isEqualTo(5);
      assertThat(result.requests()).isEqualTo(4);
      classroom.assertInOrder();
    }
  }

  @Test
  void a_repository_that_is_renamed_during_a_sync_is_read_by_rest_and_committed_to() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.world().deleteFork(classroom.number(4));
      classroom.github().faults().next(Operation.LIST_HEADS, new Fault.Slow(Duration.ofSeconds(1)));
      classroom.github().faults().next(Operation.FETCH_FILES, new Fault.UnseenObjects(1));
      RunId run = classroom.start();
      await().until(() -> classroom.github().counts().of(Operation.LIST_HEADS) == 1);
      classroom.world().renameRepository("progress-of-last-year");

      SyncResult result = classroom.await(run);

      assertThat(result.changed()).isEqualTo(5);
      assertThat(classroom.github().counts().of(Operation.GET_CONTENTS))
          .as("by the old name, which redirects, and where it leads")
          .isEqualTo(2);
      assertThat(classroom.world().trackerCommits()).hasSize(1);
      classroom.assertInOrder();
    }
  }

  @Test
  void a_commit_that_the_base_shows_late_is_read_from_its_fork_at_once() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      classroom.world().showPushesLater(Duration.ofHours(1), false);
      classroom.world().pushProgress(2);

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(2);
      assertThat(classroom.github().counts().of(Operation.GET_CONTENTS)).isEqualTo(2);
      classroom.assertInOrder();
    }
  }

  @Test
  void a_commit_that_nobody_shows_yet_is_waited_for_durably() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      classroom.world().showPushesLater(Duration.ofMillis(1_500), true);
      classroom.world().pushProgress(2);

      RunId run = classroom.start();
      SyncResult result = classroom.await(run);

      assertThat(result.failed()).isEmpty();
      assertThat(result.changed()).isEqualTo(2);
      assertThat(classroom.history(run))
          .anySatisfy(event ->
              assertThat(event.event())
                  .isInstanceOfSatisfying(
                      Event.ActivityAttemptFailed.class,
                      failed -> assertThat(failed.failure().type()).isEqualTo("not-shown-yet")));
      classroom.assertInOrder();
    }
  }

  @Test
  void commits_of_deleted_forks_that_no_api_shows_are_fetched_by_git_and_the_history_says_so() {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      classroom.world().showPushesLater(Duration.ofHours(1), true);
      classroom.world().pushProgress(3).forEach(classroom.world()::deleteFork);

      RunId run = classroom.start();
      SyncResult result = classroom.await(run);

      assertThat(result.failed()).isEmpty();
      assertThat(result.changed()).isEqualTo(3);
      assertThat(classroom.github().counts().of(Operation.GIT_INFO_REFS)).isEqualTo(1);
      assertThat(classroom.github().counts().of(Operation.GIT_UPLOAD_PACK)).isEqualTo(2);
      assertThat(classroom.history(run))
          .filteredOn(event -> event.event() instanceof Event.ActivityCompleted)
          .filteredOn(event -> event.event().toString().contains("\"via\":\"git\""))
          .hasSize(3);
      classroom.assertInOrder();
    }
  }
}
