package dev.backstitch.loadtest.post;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.activities.check.Annotation;
import dev.backstitch.activities.check.CheckReport;
import dev.backstitch.activities.check.CheckReport.State;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.CheckRun;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.run.RunId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Check runs that runs post to the simulated GitHub.
class CheckPostTest {
  private static final String TOKEN = "token-of-an-installation";
  private static final CheckReport UNDER_WAY =
      CheckReport.of(State.IN_PROGRESS, "Sync", "under way");
  private static final CheckReport DONE = CheckReport.of(State.SUCCESS, "Sync", "185 students");

  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
  private final PostOffice office = new PostOffice(github, Map.of("github.token", TOKEN));
  private final String sha = github.world().trackerHead().name();

  CheckPostTest() {
    github.addInstallationToken(TOKEN);
  }

  @AfterEach
  void close() {
    office.close();
    github.close();
  }

  private List<CheckRun> runs() {
    return github.world().forge().checkRuns().of(github.world().trackerHead());
  }

  private CheckRun only() {
    assertThat(runs()).hasSize(1);
    return runs().getFirst();
  }

  private void delivered(CheckReport... reports) {
    for (CheckReport report : reports) {
      RunId run = office.check(sha, "sync", report);
      office.awaitFate(run, RunPost.Fate.DELIVERED);
    }
  }

  private static CheckReport remarks(CheckReport report, int count) {
    return report.withAnnotations(
        IntStream.rangeClosed(1, count)
            .mapToObj(
                line -> Annotation.of("a.txt", line, Annotation.Level.WARNING, "line " + line))
            .toList());
  }

  private static List<Integer> lines(CheckRun run) {
    return run.annotations().stream()
        .map((JsonNode annotation) -> annotation.path("start_line").asInt())
        .toList();
  }

  @Test
  void a_second_version_updates_the_check_run_of_the_first() {
    delivered(UNDER_WAY, DONE);

    assertThat(only().field("conclusion")).contains("success");
    assertThat(only().field("output.summary")).contains("185 students");
    assertThat(github.counts().of(Operation.CREATE_CHECK_RUN)).isEqualTo(1);
    assertThat(github.counts().of(Operation.UPDATE_CHECK_RUN)).isEqualTo(1);
  }

  @Test
  void annotations_go_in_parts_of_fifty_and_the_last_part_completes() {
    delivered(remarks(DONE, 120));

    assertThat(lines(only())).isEqualTo(IntStream.rangeClosed(1, 120).boxed().toList());
    assertThat(only().field("status")).contains("completed");
    assertThat(only().field("external_id").orElseThrow()).endsWith(":3/3");
    assertThat(github.counts().of(Operation.UPDATE_CHECK_RUN)).isEqualTo(2);
  }

  @Test
  void a_version_behind_one_with_annotations_makes_a_new_check_run() {
    delivered(remarks(DONE, 2), remarks(DONE, 1));

    CheckRun shown =
        github.world().forge().checkRuns().latest(github.world().trackerHead()).getFirst();
    assertThat(runs()).hasSize(2);
    assertThat(lines(shown)).containsExactly(1);
  }

  @Test
  void what_is_under_way_again_is_a_new_check_run() {
    delivered(DONE, UNDER_WAY);

    assertThat(runs()).hasSize(2);
    assertThat(runs().getFirst().field("conclusion")).contains("success");
    assertThat(runs().getLast().field("status")).contains("in_progress");
  }

  static Stream<Arguments> lostAnswers() {
    return Stream.of(
            new Fault.StatusAfterWrite(502), new Fault.ResetAfterWrite(), new Fault.CutShort())
        .flatMap(fault ->
            Stream.of(
                Arguments.of(Operation.CREATE_CHECK_RUN, 1, fault),
                Arguments.of(Operation.UPDATE_CHECK_RUN, 1, fault),
                Arguments.of(Operation.UPDATE_CHECK_RUN, 2, fault)));
  }

  @ParameterizedTest
  @MethodSource("lostAnswers")
  void a_part_that_nobody_heard_of_is_not_sent_again(Operation operation, int nth, Fault fault) {
    github.faults().nth(operation, nth, fault);

    delivered(remarks(DONE, 120));

    assertThat(lines(only())).isEqualTo(IntStream.rangeClosed(1, 120).boxed().toList());
    assertThat(github.counts().of(Operation.CREATE_CHECK_RUN)).isEqualTo(1);
    assertThat(github.counts().of(Operation.UPDATE_CHECK_RUN)).isEqualTo(2);
  }

  @Test
  void a_part_that_was_lost_on_the_way_is_sent_when_that_is_known() {
    github.faults().next(Operation.CREATE_CHECK_RUN, new Fault.ResetBeforeWrite());
    github.faults().next(Operation.UPDATE_CHECK_RUN, new Fault.ResetBeforeWrite());

    delivered(remarks(DONE, 120));

    assertThat(lines(only())).isEqualTo(IntStream.rangeClosed(1, 120).boxed().toList());
  }

  @Test
  void a_version_in_doubt_that_a_newer_one_replaced_is_settled_by_its_stamp() {
    github.faults().next(Operation.CREATE_CHECK_RUN, new Fault.ResetAfterWrite());
    RunId first = office.check(sha, "sync", UNDER_WAY);
    office.awaitFate(first, RunPost.Fate.DELIVERING);

    delivered(DONE);

    assertThat(only().field("conclusion")).contains("success");
    assertThat(office.engine().posts().ofRun(first, 1).getFirst().fate())
        .isEqualTo(RunPost.Fate.DELIVERED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "github_pat_fine"})
  void a_users_token_may_not_write_check_runs_and_is_told_so(String token) {
    github.addToken(token);
    try (PostOffice users = new PostOffice(github, Map.of("github.token", token))) {
      RunId run = users.check(sha, "sync", DONE);

      users.awaitFate(run, RunPost.Fate.DEAD);

      assertThat(users.engine().posts().undelivered(null, 10))
          .singleElement()
          .satisfies(post -> assertThat(post.problem()).contains("GitHub App"));
    }
  }

  @Test
  void the_token_of_a_repositorys_actions_has_a_quota_of_its_own() {
    github.addActionsToken("token-of-a-job");
    try (PostOffice job =
        new PostOffice(
            github,
            Map.of(
                "github.token",
                "token-of-a-job",
                "github.actions-repository",
                "Seam-School/progress"))) {
      job.awaitFate(job.check(sha, "sync", DONE), RunPost.Fate.DELIVERED);

      assertThat(job.engine().quotas())
          .singleElement()
          .satisfies(quota -> {
            assertThat(quota.owner()).endsWith("/actions:seam-school/progress");
            assertThat(quota.perWindow()).isEqualTo(1_000);
            assertThat(quota.unexplained()).isZero();
          });
    }
  }
}
