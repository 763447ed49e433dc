package dev.backstitch.activities.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.ScriptedServer.Seen;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What becomes of a commit that GitHub refuses for its size.
class PortionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RetryPolicy FIVE_TRIES_AT_ONCE =
      new RetryPolicy(5, Duration.ZERO, 1.0, Duration.ZERO, Set.of());

  /// What the texts say is GitHub's.
  private static final String TOO_LARGE =
      """
      {"data": {"createCommitOnBranch": null}, "errors": [{"type": "UNPROCESSABLE",
       "message": "Sorry, your request timed out. It's likely that your input was too large to process."}]}
      """;

  private final ScriptedServer github = ScriptedServer.start();
  private final BranchOnGitHub branch = new BranchOnGitHub();
  private final TrackerBranch target =
      new TrackerBranch(Repository.of(github.api(), "course/progress"), "tracker");
  private final AtomicInteger mutations = new AtomicInteger();

  @AfterEach
  void closeServer() {
    github.close();
  }

  @Test
  void a_commit_that_is_refused_twice_is_halved_until_it_is_bearable() throws Exception {
    github.answers(refusingMoreThan(90));

    CommitResult result = commit(changes(300), 1);

    assertThat(marks())
        .containsExactly(
            "0000000000001-9/1-75",
            "0000000000001-9/76-150",
            "0000000000001-9/151-225",
            "0000000000001-9");
    assertThat(mutations).as("twice whole, once a half, then four that fit").hasValue(7);
    assertThat(result)
        .isEqualTo(new CommitResult.Committed(branch.headOid(), 300, result.use(), 4));
    assertThat(branch.text("latest_sync_hashes.json")).contains("\"1\"", "\"300\"");
    assertThat(branch.text("students/300.json")).isNotEmpty();
  }

  @Test
  void a_commit_of_a_usual_size_is_never_split_however_often_it_is_refused() {
    github.answers(refusingMoreThan(2));

    assertThatThrownBy(() -> commit(changes(90), 1))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> assertThat(failed.problem().kind()).isEqualTo(Kind.SERVER_ERROR));
    assertThat(mutations).hasValue(5);
    assertThat(marks()).isEmpty();
  }

  @Test
  void a_large_commit_that_was_refused_by_chance_stays_one() throws Exception {
    github.answers((request, reply) -> {
      if (BranchOnGitHub.isMutation(request) && mutations.getAndIncrement() == 0) {
        reply.json(502, "{}");
      } else {
        branch.answer(request, reply);
      }
    });

    commit(changes(300), 1);

    assertThat(marks()).containsExactly("0000000000001-9");
  }

  @Test
  void a_github_that_says_that_it_is_too_much_is_believed_at_once() throws Exception {
    github.answers((request, reply) -> {
      if (additions(request) > 4) {
        mutations.incrementAndGet();
        reply.json(200, TOO_LARGE);
      } else {
        branch.answer(request, reply);
      }
    });

    commit(changes(4), 1);

    assertThat(mutations).hasValue(1);
    assertThat(marks()).containsExactly("0000000000001-9/1-2", "0000000000001-9");
  }

  @Test
  void an_attempt_after_a_crash_between_two_commits_brings_the_rest_and_counts_all()
      throws Exception {
    CommitChanges call = changes(300);
    github.answers(failingBehindOneOf(160));
    assertThatThrownBy(() -> commit(call, 1)).isInstanceOf(GitHubException.class);
    assertThat(marks()).containsExactly("0000000000001-9/1-150");
    github.answers(refusingMoreThan(160));

    CommitResult result = commit(call, 2);

    assertThat(marks()).containsExactly("0000000000001-9/1-150", "0000000000001-9");
    assertThat(result)
        .isEqualTo(new CommitResult.Committed(branch.headOid(), 300, result.use(), 2));
    assertThat(commit(call, 3)).as("found by its mark").isEqualTo(committedAgain(result));
    assertThat(marks()).hasSize(2);
  }

  private static CommitResult committedAgain(CommitResult result) {
    CommitResult.Committed committed = (CommitResult.Committed) result;
    return new CommitResult.Committed(committed.commitOid(), 300, new ApiUse(2, 2, 4000), 2);
  }

  @Test
  void a_part_counts_the_commits_of_an_attempt_that_died_between_them() throws Exception {
    CommitChanges all = changes(300);
    CommitPart call =
        CommitPart.of(target, all.base(), all.changes(), Collections.emptySortedMap());
    github.answers(failingBehindOneOf(160));
    assertThatThrownBy(() -> writer().commit(call, attempt(1), meter()))
        .isInstanceOf(GitHubException.class);
    branch.commit("Another writer", "");
    github.answers(refusingMoreThan(160));

    CommitResult second = writer().commit(call, attempt(2), meter());
    CommitResult third = writer().commit(call, attempt(3), meter());

    assertThat(marks()).containsExactly("0000000000001-9/1-150", "0000000000001-9");
    assertThat(second)
        .isEqualTo(new CommitResult.Committed(branch.headOid(), 300, second.use(), 2));
    assertThat(third).isEqualTo(new CommitResult.Committed(branch.headOid(), 300, third.use(), 2));
  }

  @Test
  void what_an_earlier_attempt_has_landed_is_told_though_another_writer_did_the_rest()
      throws Exception {
    CommitChanges call = changes(300);
    github.answers(failingBehindOneOf(160));
    assertThatThrownBy(() -> commit(call, 1)).isInstanceOf(GitHubException.class);
    String ours = branch.headOid();
    github.answers(refusingMoreThan(300));
    writer().commit(call, new ActivityContext(new RunId(2), 9, 1), meter());

    CommitResult result = commit(call, 2);

    assertThat(marks()).containsExactly("0000000000001-9/1-150", "0000000000002-9");
    assertThat(result)
        .isInstanceOfSatisfying(
            CommitResult.Committed.class,
            committed -> assertThat(committed.commitOid()).isEqualTo(ours));
  }

  @Test
  void a_part_whose_answer_was_lost_is_found_and_not_made_again() throws Exception {
    AtomicInteger landed = new AtomicInteger();
    github.answers((request, reply) -> {
      if (additions(request) > 0 && additions(request) <= 160 && landed.getAndIncrement() == 0) {
        branch.apply(request);
        reply.hangUp();
      } else {
        refusingMoreThan(160).answer(request, reply);
      }
    });

    commit(changes(300), 1);

    assertThat(marks()).containsExactly("0000000000001-9/1-150", "0000000000001-9");
    assertThat(landed).hasValue(2);
  }

  @Test
  void a_whole_commit_that_lands_when_it_was_given_up_ends_the_call() throws Exception {
    List<Seen> refused = new CopyOnWriteArrayList<>();
    AtomicInteger parts = new AtomicInteger();
    github.answers((request, reply) -> {
      if (additions(request) > 160) {
        refused.add(request);
        reply.json(502, "{}");
        return;
      }
      if (BranchOnGitHub.isMutation(request) && parts.getAndIncrement() == 0) {
        branch.apply(refused.getFirst());
      }
      branch.answer(request, reply);
    });

    CommitResult result = commit(changes(300), 1);

    assertThat(marks()).containsExactly("0000000000001-9");
    assertThat(refused).hasSize(2);
    assertThat(parts).hasValue(1);
    assertThat(result).isEqualTo(new CommitResult.Committed(branch.headOid(), 300, result.use()));
  }

  private ScriptedServer.Script failingBehindOneOf(int files) {
    return (request, reply) -> {
      if (BranchOnGitHub.isMutation(request) && marks().size() == 1) {
        reply.json(401, "{}");
      } else {
        refusingMoreThan(files).answer(request, reply);
      }
    };
  }

  private ScriptedServer.Script refusingMoreThan(int files) {
    return (request, reply) -> {
      if (BranchOnGitHub.isMutation(request)) {
        mutations.incrementAndGet();
      }
      if (additions(request) > files) {
        reply.json(502, "{}");
      } else {
        branch.answer(request, reply);
      }
    };
  }

  private static int additions(Seen request) throws Exception {
    return JSON.readTree(request.body()).at("/variables/input/fileChanges/additions").size();
  }

  /// The marks on the branch, oldest first.
  private List<String> marks() {
    return branch.messages().reversed().stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("Sync-Op: "))
        .map(line -> line.substring("Sync-Op: ".length()))
        .toList();
  }

  private CommitChanges changes(int students) {
    TrackerState base =
        new TrackerState(branch.headOid(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    List<StudentChange> changes =
        IntStream.rangeClosed(1, students)
            .mapToObj(n -> new StudentChange("" + n, "student-" + n, n, "oid-" + n, "[]"))
            .toList();
    return new CommitChanges(target, base, changes, new TreeMap<>());
  }

  private CommitResult commit(CommitChanges call, int attempt) throws InterruptedException {
    return writer().commit(call, attempt(attempt), meter());
  }

  private static ActivityContext attempt(int attempt) {
    return new ActivityContext(new RunId(1), 9, attempt);
  }

  private static Meter meter() {
    return new Meter(ApiUse.NONE, Permit.NONE);
  }

  private BranchWriter writer() {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of("secret"));
    GitHubClient client =
        new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
    GraphQl graphQl = new GraphQl(client);
    return new BranchWriter(
        graphQl, new BranchReader(graphQl, new Contents(client)), FIVE_TRIES_AT_ONCE, () -> 0L);
  }
}
