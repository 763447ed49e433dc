package dev.backstitch.loadtest.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.activities.status.CommitStatus;
import dev.backstitch.activities.status.CommitStatus.State;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Commit statuses that runs post to the simulated GitHub.
class StatusPostTest {
  private static final CommitStatus PENDING = CommitStatus.of(State.PENDING, "under way");
  private static final CommitStatus DONE =
      new CommitStatus(State.SUCCESS, "185 students", "https://progress.example/runs/1");

  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
  private final PostOffice office = new PostOffice(github, Map.of("github.token", github.token()));
  private final String sha = github.world().trackerHead().name();

  @AfterEach
  void close() {
    office.close();
    github.close();
  }

  private List<dev.backstitch.loadtest.simulator.forge.CommitStatus> statuses() {
    return github.world().forge().statuses().of(github.world().trackerHead());
  }

  @Test
  void of_two_statuses_in_one_step_the_last_is_set_by_one_request() {
    RunId run = office.status(sha, "backstitch/sync", PENDING, DONE);

    office.awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(statuses())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.context()).isEqualTo("backstitch/sync");
          assertThat(status.state()).isEqualTo("success");
          assertThat(status.description()).contains("185 students");
          assertThat(status.targetUrl()).contains("https://progress.example/runs/1");
        });
    assertThat(github.counts().requests()).isEqualTo(1);
  }

  static List<Fault> lostAnswers() {
    return List.of(
        new Fault.StatusAfterWrite(502), new Fault.ResetAfterWrite(), new Fault.CutShort());
  }

  @ParameterizedTest
  @MethodSource("lostAnswers")
  void a_status_that_nobody_heard_of_is_found_and_not_set_again(Fault fault) {
    github.faults().next(Operation.CREATE_STATUS, fault);
    RunId run = office.status(sha, "sync", DONE);

    office.awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(statuses()).hasSize(1);
    assertThat(github.counts().of(Operation.GET_STATUS)).isEqualTo(1);
  }

  @Test
  void a_status_that_is_not_shown_yet_is_set_again_which_changes_nothing() {
    github.faults().next(Operation.CREATE_STATUS, new Fault.ResetAfterWrite());
    github.faults().next(Operation.GET_STATUS, new Fault.Stale(Duration.ofMinutes(5)));
    RunId run = office.status(sha, "sync", DONE);

    office.awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(statuses()).hasSize(2).allMatch(status -> status.state().equals("success"));
    assertThat(github.counts().of(Operation.CREATE_STATUS)).isEqualTo(2);
  }

  @Test
  void a_status_that_was_lost_on_the_way_is_set_when_that_is_known() {
    github.faults().next(Operation.CREATE_STATUS, new Fault.ResetBeforeWrite());
    RunId run = office.status(sha, "sync", DONE);

    office.awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(statuses()).hasSize(1);
    assertThat(github.counts().of(Operation.CREATE_STATUS)).isEqualTo(2);
  }

  @Test
  void a_doubt_is_settled_among_more_statuses_than_a_page_holds() {
    for (int i = 0; i <= 100; i++) {
      setByOthers("other " + i);
    }
    github.faults().next(Operation.CREATE_STATUS, new Fault.ResetAfterWrite());

    RunId run = office.status(sha, "sync", DONE);
    office.awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(statuses()).hasSize(102);
    assertThat(github.counts().of(Operation.GET_STATUS)).isEqualTo(2);
  }

  private void setByOthers(String context) {
    github
        .world()
        .forge()
        .statuses()
        .add(id ->
            new dev.backstitch.loadtest.simulator.forge.CommitStatus(
                id,
                github.world().trackerHead(),
                context,
                "success",
                Optional.empty(),
                Optional.empty(),
                Account.user(1, "other-bot"),
                github.clock().now()));
  }

  @Test
  void a_newer_status_is_set_whatever_became_of_the_one_in_doubt() {
    github.faults().next(Operation.CREATE_STATUS, new Fault.ResetAfterWrite());
    RunId first = office.status(sha, "sync", PENDING);
    office.awaitFate(first, RunPost.Fate.DELIVERING);

    RunId second = office.status(sha, "sync", DONE);
    office.awaitFate(second, RunPost.Fate.DELIVERED);

    assertThat(statuses())
        .extracting(dev.backstitch.loadtest.simulator.forge.CommitStatus::state)
        .containsExactly("pending", "success");
  }

  @Test
  void a_status_of_no_commit_is_a_dead_letter_and_harms_no_other() {
    RunId unknown = office.status("0".repeat(40), "sync", DONE);
    RunId good = office.status(sha, "sync", DONE);

    office.awaitFate(unknown, RunPost.Fate.DEAD);
    office.awaitFate(good, RunPost.Fate.DELIVERED);

    assertThat(office.engine().posts().undelivered(null, 10))
        .singleElement()
        .satisfies(post -> assertThat(post.problem()).contains("No commit found"));
  }

  @Test
  void what_posts_spend_is_no_surprise_to_the_ledger() {
    List<RunId> runs = List.of(office.status(sha, "one", DONE), office.status(sha, "two", DONE));

    runs.forEach(run -> office.awaitFate(run, RunPost.Fate.DELIVERED));

    assertThat(office.engine().quotas())
        .filteredOn(quota -> quota.resource().equals("core"))
        .singleElement()
        .satisfies(quota -> {
          assertThat(quota.unexplained()).isZero();
          assertThat(quota.remaining()).isEqualTo(4_998);
        });
  }

  @Test
  void posts_wait_for_a_quota_that_is_used_up_and_are_not_failed() {
    github.faults().next(Operation.CREATE_STATUS, new Fault.QuotaExhausted());
    RunId run = office.status(sha, "sync", DONE);
    await()
        .atMost(PostOffice.PATIENCE)
        .until(() ->
            office.engine().posts().undelivered(null, 10).stream()
                .anyMatch(post -> String.valueOf(post.problem()).contains("used up")));
    RunId second = office.status(sha, "other", DONE);
    office.engine().result(second, PostOffice.PATIENCE);

    assertThat(office.engine().posts().undelivered(null, 10))
        .allSatisfy(post -> assertThat(post.attempts()).isZero());
    assertThat(office.engine().posts().targets(null, 10))
        .singleElement()
        .satisfies(target -> {
          assertThat(target.failures()).isZero();
          assertThat(target.pausedUntil()).isNotNull();
        });
    assertThat(github.counts().of(Operation.CREATE_STATUS)).isEqualTo(1);
    assertThat(office.engine().posts().ofRun(run, 1).getFirst().fate())
        .isEqualTo(RunPost.Fate.RECORDED);
  }

  @Test
  void a_token_that_was_revoked_buries_nothing() {
    github.revokeToken(github.token());
    RunId run = office.status(sha, "sync", DONE);
    await()
        .atMost(PostOffice.PATIENCE)
        .until(() ->
            office.engine().posts().undelivered(null, 10).stream()
                .anyMatch(post -> String.valueOf(post.problem()).contains("GITHUB_TOKEN")));

    github.addToken(github.token());

    office.awaitFate(run, RunPost.Fate.DELIVERED);
    assertThat(statuses()).hasSize(1);
  }
}
