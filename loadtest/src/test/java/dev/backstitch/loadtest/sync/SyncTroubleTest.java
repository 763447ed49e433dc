package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.activities.sync.SyncResult.SkippedPullRequest;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.quota.LimitShape;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a sync does when something is wrong: with GitHub, with the configuration, with a student.
class SyncTroubleTest {

  @Test
  void a_wrong_token_fails_the_run_with_advice_and_without_the_token() {
    try (Classroom classroom = Classroom.withToken(3, "ghp_wrong-token")) {
      RunId run = classroom.start();

      Failure failure = classroom.failureOf(run);

      assertThat(failure.type()).isEqualTo("bad-credentials");
      assertThat(failure.message()).contains("GITHUB_TOKEN");
      assertThat(classroom.history(run).toString()).doesNotContain("ghp_wrong-token");
      assertThat(classroom.github().counts().requests()).isEqualTo(1);
      assertThat(classroom.quotas())
          .as("the quota of everybody without a token says nothing about ours")
          .singleElement()
          .satisfies(quota -> assertThat(quota.perWindow()).isNull());
    }
  }

  @Test
  void a_missing_repository_fails_the_run_with_its_name() {
    try (Classroom classroom = Classroom.of(3)) {
      Failure failure =
          classroom.failureOf(classroom.start("{\"repository\": \"seam-school/absent\"}"));

      assertThat(failure.type()).isEqualTo("not-found");
      assertThat(failure.message()).contains("seam-school/absent").contains("may not see it");
    }
  }

  @Test
  void a_missing_branch_fails_the_run_with_the_way_to_make_it() {
    try (Classroom classroom = Classroom.of(3)) {
      String input =
          "{\"repository\": \"%s\", \"branch\": \"absent\"}"
              .formatted(classroom.github().repository());

      Failure failure = classroom.failureOf(classroom.start(input));

      assertThat(failure.type()).isEqualTo("not-found");
      assertThat(failure.message()).contains("There is no branch absent").contains("git push");
    }
  }

  @Test
  void a_broken_map_fails_the_run_before_it_can_wipe_anybody_out() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.commitToTracker(Map.of("user_map.json", "{\"7\": "), Set.of());

      Failure failure = classroom.failureOf(classroom.start());

      assertThat(failure.type()).isEqualTo("broken-tracker");
      assertThat(classroom.world().trackerCommits()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Protection.class)
  void a_protected_branch_fails_the_run_with_advice(Protection protection) {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.world().protect(SyncWorld.TRACKER, protection);

      Failure failure = classroom.failureOf(classroom.start());

      assertThat(failure.type()).isEqualTo("protected-branch");
      assertThat(failure.message()).contains("choose another branch");
      assertThat(classroom.github().counts().of(Operation.COMMIT)).isEqualTo(1);
    }
  }

  @Test
  void a_deleted_author_is_skipped_with_a_reason() {
    try (Classroom classroom = Classroom.of(3)) {
      int number = classroom.number(1);
      classroom.world().deleteAuthor(number);

      SyncResult result = classroom.sync();

      assertThat(result.students()).isEqualTo(2);
      assertThat(result.skipped())
          .containsExactly(new SkippedPullRequest(number, null, "the author's account is deleted"));
      classroom.assertInOrder();
    }
  }

  @Test
  void an_api_that_is_down_for_a_while_is_waited_for() {
    try (Classroom classroom = Classroom.of(30)) {
      classroom.github().goDown();
      RunId run = classroom.start();
      await()
          .until(() ->
              classroom.history(run).stream()
                  .anyMatch(event -> event.event() instanceof Event.ActivityAttemptFailed));
      classroom.github().comeBack();

      SyncResult result = classroom.await(run);

      assertThat(result.changed()).isEqualTo(30);
      assertThat(classroom.world().trackerCommits()).hasSize(1);
      classroom.assertInOrder();
    }
  }

  @Test
  void files_that_failed_are_fetched_when_github_is_back() {
    try (Classroom classroom = Classroom.of(60)) {
      classroom.github().faults().times(Operation.FETCH_FILES, 20, new Fault.Status(503));
      classroom.github().faults().times(Operation.REST, 3, new Fault.Status(503));

      RunId run = classroom.start();
      SyncResult result = classroom.await(run);

      assertThat(result.changed()).isEqualTo(60);
      assertThat(classroom.history(run))
          .anyMatch(event -> event.event() instanceof Event.ActivityAttemptFailed);
      classroom.assertInOrder();
    }
  }

  @ParameterizedTest
  @EnumSource(LimitShape.class)
  void a_used_up_quota_is_waited_for_by_the_servers_clock_and_costs_no_attempt(LimitShape shape) {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.sync();
      classroom.world().pushProgress(1);
      classroom.github().clock().skew(Duration.ofMinutes(2));
      classroom.github().clock().advance(Duration.ofHours(1).minusSeconds(8));
      classroom.github().limitShape(shape);
      classroom.github().setRemaining(QuotaResource.GRAPHQL, 0);

      RunId run = classroom.start();
      SyncResult result = classroom.await(run);

      assertThat(result.changed()).isEqualTo(1);
      assertThat(classroom.history(run))
          .anySatisfy(event ->
              assertThat(event.event())
                  .isInstanceOfSatisfying(
                      Event.ActivityDeferred.class,
                      deferred -> {
                        assertThat(deferred.reason())
                            .containsAnyOf("quota of 5000 an hour", "of 5000 left");
                        assertThat(Duration.between(event.at(), deferred.until()))
                            .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(15));
                      }))
          .noneMatch(event -> event.event() instanceof Event.ActivityAttemptFailed);
      classroom.assertInOrder();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 403, 429})
  void a_secondary_limit_is_waited_for_as_long_as_it_says(int status) {
    try (Classroom classroom = Classroom.of(60)) {
      classroom
          .github()
          .faults()
          .next(Operation.FETCH_FILES, new Fault.SecondaryLimit(status, Optional.of("2")));

      RunId run = classroom.start();
      SyncResult result = classroom.await(run);

      assertThat(result.changed()).isEqualTo(60);
      assertThat(classroom.history(run))
          .anyMatch(event -> event.event() instanceof Event.ActivityDeferred)
          .noneMatch(event -> event.event() instanceof Event.ActivityAttemptFailed);
      classroom.assertInOrder();
    }
  }

  static Stream<Arguments> readingTroubles() {
    return Stream.of(
        Arguments.of(Operation.READ_STATE, new Fault.Status(502)),
        Arguments.of(Operation.READ_STATE, new Fault.CutShort()),
        Arguments.of(Operation.LIST_HEADS, new Fault.Status(502)),
        Arguments.of(Operation.LIST_HEADS, new Fault.ResetBeforeWrite()),
        Arguments.of(Operation.LIST_HEADS, new Fault.NoQuotaHeaders()),
        Arguments.of(Operation.FETCH_FILES, new Fault.Status(502)),
        Arguments.of(Operation.FETCH_FILES, new Fault.Status(504)),
        Arguments.of(Operation.FETCH_FILES, new Fault.TimedOut(504, Duration.ZERO, 40)),
        Arguments.of(Operation.FETCH_FILES, new Fault.ResetBeforeWrite()),
        Arguments.of(Operation.FETCH_FILES, new Fault.CutShort()),
        Arguments.of(Operation.FETCH_FILES, new Fault.Slow(Duration.ofSeconds(5))),
        Arguments.of(Operation.READ_STATE, new Fault.HalfBody()),
        Arguments.of(Operation.FETCH_FILES, new Fault.HalfBody()),
        Arguments.of(Operation.FETCH_FILES, new Fault.SlowBody(Duration.ofMillis(300))),
        Arguments.of(Operation.FETCH_FILES, new Fault.Late(Duration.ofMillis(300))),
        Arguments.of(Operation.FETCH_FILES, new Fault.PartialData(7, false)),
        Arguments.of(Operation.FETCH_FILES, new Fault.PartialData(7, true)),
        Arguments.of(Operation.FETCH_FILES, new Fault.PartialData(25, false)),
        Arguments.of(Operation.FETCH_FILES, new Fault.UnseenObjects(3)));
  }

  @ParameterizedTest
  @MethodSource("readingTroubles")
  void trouble_while_reading_costs_requests_and_nothing_else(Operation operation, Fault fault) {
    try (Classroom classroom = Classroom.impatient(60)) {
      classroom.github().faults().next(operation, fault);

      RunId run = classroom.start();
      SyncResult result = classroom.await(run);

      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(result.changed()).isEqualTo(60);
      assertThat(result.failed()).isEmpty();
      assertThat(result.requests())
          .isEqualTo(Math.toIntExact(classroom.github().counts().requests()));
      classroom.assertInOrder();
    }
  }

  @Test
  void a_github_that_finds_every_batch_too_heavy_is_asked_for_less() {
    try (Classroom classroom = Classroom.of(50)) {
      classroom.github().faults().maxAliases(10);

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(50);
      classroom.assertInOrder();
    }
  }

  @Test
  void a_graphql_that_reads_no_files_leaves_them_to_rest() {
    try (Classroom classroom = Classroom.of(4)) {
      classroom.github().faults().always(Operation.FETCH_FILES, new Fault.Status(502));

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(4);
      classroom.assertInOrder();
    }
  }

  static Stream<Fault> committingTroubles() {
    return Stream.of(
        new Fault.Status(502),
        new Fault.StatusAfterWrite(502),
        new Fault.ResetBeforeWrite(),
        new Fault.ResetAfterWrite(),
        new Fault.CutShort(),
        new Fault.HalfBody(),
        new Fault.RefRefused(422),
        new Fault.Late(Duration.ofSeconds(4)),
        new Fault.Slow(Duration.ofSeconds(4)));
  }

  @ParameterizedTest
  @MethodSource("committingTroubles")
  void trouble_while_committing_leaves_exactly_one_commit(Fault fault) {
    try (Classroom classroom = Classroom.impatient(5)) {
      classroom.github().faults().next(Operation.COMMIT, fault);

      RunId run = classroom.start();
      SyncResult result = classroom.await(run);

      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(result.changed()).isEqualTo(5);
      assertThat(classroom.world().trackerCommits())
          .singleElement()
          .satisfies(commit -> assertThat(commit.id().name()).isEqualTo(result.commitOid()));
      classroom.assertInOrder();
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.Move.class)
  void what_happens_between_list_and_fetch_is_right_after_the_next_sync(Fault.Move move) {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.github().faults().next(Operation.FETCH_FILES, new Fault.WorldMoves(move));

      SyncResult first = classroom.sync();
      classroom.sync();

      assertThat(classroom.github().faults().injected()).hasSize(1);
      assertThat(first.failed()).isEmpty();
      classroom.assertInOrder();
    }
  }

  @Test
  void one_request_in_ten_failing_changes_nothing_about_the_outcome() {
    try (Classroom classroom = Classroom.of(185)) {
      classroom.github().faults().rate(Operation.ANY, 0.1, new Fault.Status(502), 3);

      SyncResult cold = classroom.await(classroom.start());
      classroom.world().pushProgress(40);
      SyncResult warm = classroom.await(classroom.start());

      assertThat(cold.changed()).isEqualTo(185);
      assertThat(warm.changed()).isEqualTo(40);
      assertThat(classroom.world().trackerCommits()).hasSize(2);
      classroom.assertInOrder();
    }
  }
}
