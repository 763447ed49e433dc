package dev.backstitch.activities.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BranchWriterTest {
  private static final ActivityContext CONTEXT = new ActivityContext(new RunId(1), 9, 1);
  private static final RetryPolicy FIVE_TRIES_AT_ONCE =
      new RetryPolicy(5, Duration.ZERO, 1.0, Duration.ZERO, Set.of());

  private static final String NO_REPOSITORY =
      """
      {"data": {"createCommitOnBranch": null}, "errors": [{"type": "NOT_FOUND",
       "message": "Could not resolve to a Repository with the name given."}]}
      """;

  private final ScriptedServer github = ScriptedServer.start();
  private final BranchOnGitHub branch = new BranchOnGitHub();
  private final Meter meter = new Meter(ApiUse.NONE, Permit.NONE);
  private final TrackerBranch target =
      new TrackerBranch(Repository.of(github.api(), "course/progress"), "tracker");
  private final AtomicInteger mutations = new AtomicInteger();
  private int partsSent;

  @AfterEach
  void closeServer() {
    github.close();
  }

  @Test
  void defect_4_file_and_watermark_are_one_commit_and_one_request() throws Exception {
    github.answers(branch::answer);

    CommitResult result = commit(changes(change("7", 3, "aaa")));

    assertThat(result)
        .isEqualTo(new CommitResult.Committed(branch.headOid(), 1, new ApiUse(1, 1, 4000)));
    assertThat(branch.messages().getFirst())
        .isEqualTo(
            "Sync progress for 1 student\n\nSync-Run: 0000000000001\nSync-Op: 0000000000001-9");
    assertThat(branch.text("students/7.json")).isEqualTo("[\n  {\n    \"n\": 1.50\n  }\n]");
    assertThat(branch.text("latest_sync_hashes.json")).isEqualTo("{\n  \"7\": \"aaa\"\n}");
    assertThat(branch.text("user_map.json")).isEqualTo("{\n  \"7\": \"student-7\"\n}");
  }

  @Test
  void defect_3_nothing_to_commit_is_a_success_without_a_request() throws Exception {
    github.answers(branch::answer);

    CommitResult result = commit(changes());

    assertThat(result).isEqualTo(new CommitResult.NothingToCommit(ApiUse.NONE));
    assertThat(github.seen()).isEmpty();
  }

  @Test
  void defect_11_a_branch_that_moved_gets_our_changes_on_top_of_theirs() throws Exception {
    github.answers(branch::answer);
    CommitChanges call = changes(change("7", 3, "aaa"));
    branch.put("user_map.json", "{\n  \"9\": \"zoe\"\n}");
    branch.put("latest_sync_hashes.json", "{\n  \"9\": \"zzz\"\n}");
    branch.put("students/9.json", "[]");
    branch.commit("Another writer", "");

    CommitResult result = commit(call);

    assertThat(result).isInstanceOf(CommitResult.Committed.class);
    assertThat(result.use().requests()).as("refused, read again, committed").isEqualTo(3);
    assertThat(branch.text("user_map.json")).contains("zoe", "student-7");
    assertThat(branch.text("latest_sync_hashes.json")).contains("zzz", "aaa");
    assertThat(branch.text("students/9.json")).isEqualTo("[]");
    assertThat(branch.messages()).hasSize(3);
  }

  @Test
  void a_contested_student_is_asked_for_once_more() throws Exception {
    github.answers(branch::answer);
    branch.put("latest_sync_hashes.json", "{\"7\": \"old\", \"8\": \"old\"}");
    TrackerState base = read();
    CommitChanges call =
        new CommitChanges(
            target, base, List.of(change("7", 3, "ours"), change("8", 4, "ours")), new TreeMap<>());
    branch.put("latest_sync_hashes.json", "{\"7\": \"theirs\", \"8\": \"theirs\"}");
    branch.commit("Another writer", "");
    branch.head(3, "ours");
    branch.head(4, "theirs");

    CommitResult result = commit(call);

    assertThat(result)
        .isInstanceOfSatisfying(
            CommitResult.Committed.class,
            committed -> assertThat(committed.students()).isEqualTo(1));
    assertThat(branch.text("latest_sync_hashes.json"))
        .isEqualTo("{\n  \"7\": \"ours\",\n  \"8\": \"theirs\"\n}");
  }

  @Test
  void a_commit_that_landed_although_the_connection_broke_is_not_made_again() throws Exception {
    github.answers((request, reply) -> {
      if (BranchOnGitHub.isMutation(request) && mutations.getAndIncrement() == 0) {
        applyAndLose(request, reply);
      } else {
        branch.answer(request, reply);
      }
    });

    CommitResult result = commit(changes(change("7", 3, "aaa")));

    assertThat(result)
        .isInstanceOfSatisfying(
            CommitResult.Committed.class,
            committed -> assertThat(committed.commitOid()).isEqualTo(branch.headOid()));
    assertThat(mutations).hasValue(1);
    assertThat(branch.messages()).hasSize(2);
  }

  @Test
  void a_commit_that_did_not_land_when_github_failed_is_made_again() throws Exception {
    github.answers((request, reply) -> {
      if (BranchOnGitHub.isMutation(request) && mutations.getAndIncrement() == 0) {
        reply.json(502, "{}");
      } else {
        branch.answer(request, reply);
      }
    });

    CommitResult result = commit(changes(change("7", 3, "aaa")));

    assertThat(result).isInstanceOf(CommitResult.Committed.class);
    assertThat(mutations).hasValue(2);
    assertThat(branch.messages()).hasSize(2);
  }

  @Test
  void a_new_attempt_after_a_crash_finds_the_commit_of_the_first() throws Exception {
    github.answers(branch::answer);
    CommitChanges call = changes(change("7", 3, "aaa"));
    commit(call);
    String landed = branch.headOid();
    branch.commit("Another writer", "");

    CommitResult result = commit(call);

    assertThat(result)
        .isInstanceOfSatisfying(
            CommitResult.Committed.class,
            committed -> assertThat(committed.commitOid()).isEqualTo(landed));
    assertThat(branch.messages()).hasSize(3);
  }

  @Test
  void a_branch_that_never_rests_is_given_up_after_five_tries() {
    github.answers((request, reply) -> {
      if (BranchOnGitHub.isMutation(request)) {
        branch.commit("Another writer", "");
        mutations.incrementAndGet();
      }
      branch.answer(request, reply);
    });

    assertThatThrownBy(() -> commit(changes(change("7", 3, "aaa"))))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(Kind.CONFLICT);
              assertThat(failed.problem().message()).contains("5 tries").contains("Nothing");
            });
    assertThat(mutations).hasValue(5);
  }

  @Test
  void a_protected_branch_is_told_with_advice_and_not_tried_again() {
    github.answers((request, reply) ->
        reply.json(
            200,
            """
            {"data": {"createCommitOnBranch": null}, "errors": [{"type": "UNPROCESSABLE",
             "message": "Repository rule violations found\\n\\nChanges must be made through a pull request."}]}
            """));

    assertThatThrownBy(() -> commit(changes(change("7", 3, "aaa"))))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(Kind.PROTECTED_BRANCH);
              assertThat(failed.problem().message()).contains("choose another branch");
            });
    assertThat(github.seen()).hasSize(1);
  }

  @Test
  void a_repository_that_was_renamed_meanwhile_is_committed_to_by_its_new_name() throws Exception {
    TrackerBranch former =
        new TrackerBranch(Repository.of(github.api(), "course/former-name"), "tracker");
    github.answers((request, reply) -> {
      if (BranchOnGitHub.isMutation(request) && request.body().contains("course/former-name")) {
        reply.json(200, NO_REPOSITORY);
      } else {
        branch.answer(request, reply);
      }
    });

    CommitResult result = commit(changes(change("7", 3, "aaa")).at(former));

    assertThat(result).isInstanceOf(CommitResult.Committed.class);
    assertThat(branch.text("latest_sync_hashes.json")).contains("aaa");
  }

  @Test
  void a_repository_that_may_be_read_but_not_written_is_told_and_not_tried_again() {
    github.answers((request, reply) -> {
      if (BranchOnGitHub.isMutation(request)) {
        mutations.incrementAndGet();
        reply.json(200, NO_REPOSITORY);
      } else {
        branch.answer(request, reply);
      }
    });

    assertThatThrownBy(() -> commit(changes(change("7", 3, "aaa"))))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> assertThat(failed.problem().kind()).isEqualTo(Kind.NOT_FOUND));
    assertThat(mutations).hasValue(1);
  }

  @Test
  void a_part_goes_on_top_of_the_part_before_it_and_takes_nothing_away() throws Exception {
    github.answers(branch::answer);
    TrackerState listed = read();
    commit(part(listed, change("7", 3, "aaa")));

    CommitResult second = commit(part(listed, change("8", 4, "bbb")));

    assertThat(second).isInstanceOf(CommitResult.Committed.class);
    assertThat(branch.text("latest_sync_hashes.json"))
        .isEqualTo("{\n  \"7\": \"aaa\",\n  \"8\": \"bbb\"\n}");
    assertThat(branch.text("user_map.json"))
        .isEqualTo("{\n  \"7\": \"student-7\",\n  \"8\": \"student-8\"\n}");
  }

  @Test
  void a_part_that_landed_in_an_earlier_attempt_is_not_committed_again() throws Exception {
    github.answers(branch::answer);
    CommitPart part = part(read(), change("7", 3, "aaa"));
    commit(part);

    CommitResult again =
        new BranchWriter(new GraphQl(client()), reader(), FIVE_TRIES_AT_ONCE, () -> 0L)
            .commit(part, new ActivityContext(new RunId(1), 9, 2), meter);

    assertThat(again)
        .isInstanceOfSatisfying(
            CommitResult.Committed.class,
            committed -> assertThat(committed.commitOid()).isEqualTo(branch.headOid()));
    assertThat(branch.messages()).hasSize(2);
  }

  @Test
  void a_part_leaves_a_student_alone_whose_pull_request_went_on_and_another_writer_synced()
      throws Exception {
    github.answers(branch::answer);
    CommitPart part = part(read(), change("7", 3, "aaa"), change("8", 4, "bbb"));
    branch.put("latest_sync_hashes.json", "{\n  \"7\": \"newer\"\n}");
    branch.put("students/7.json", "[]");
    branch.commit("Another writer", "");
    branch.head(3, "newer");

    CommitResult result = commit(part);

    assertThat(result)
        .isInstanceOfSatisfying(
            CommitResult.Committed.class,
            committed -> assertThat(committed.students()).isEqualTo(1));
    assertThat(branch.text("students/7.json")).isEqualTo("[]");
    assertThat(branch.text("latest_sync_hashes.json"))
        .isEqualTo("{\n  \"7\": \"newer\",\n  \"8\": \"bbb\"\n}");
  }

  private CommitPart part(TrackerState listed, StudentChange... changes) {
    return CommitPart.of(target, listed, List.of(changes), new TreeMap<>());
  }

  /// Each part of a run is a call of its own, with a mark of its own.
  private CommitResult commit(CommitPart call) throws InterruptedException {
    ActivityContext context = new ActivityContext(new RunId(1), 9 + partsSent++, 1);
    return new BranchWriter(new GraphQl(client()), reader(), FIVE_TRIES_AT_ONCE, () -> 0L)
        .commit(call, context, meter);
  }

  private void applyAndLose(ScriptedServer.Seen request, ScriptedServer.Reply reply)
      throws Exception {
    branch.apply(request);
    reply.hangUp();
  }

  private CommitChanges changes(StudentChange... changes) throws InterruptedException {
    TrackerState base =
        new TrackerState(branch.headOid(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    return new CommitChanges(target, base, List.of(changes), new TreeMap<>());
  }

  private static StudentChange change(String userId, int number, String headOid) {
    return new StudentChange(userId, "student-" + userId, number, headOid, "[{\"n\": 1.50}]");
  }

  private TrackerState read() throws InterruptedException {
    return reader().read(target, false, new Meter(ApiUse.NONE, Permit.NONE)).state();
  }

  private CommitResult commit(CommitChanges call) throws InterruptedException {
    return new BranchWriter(new GraphQl(client()), reader(), FIVE_TRIES_AT_ONCE, () -> 0L)
        .commit(call, CONTEXT, meter);
  }

  private static BranchReader reader() {
    GitHubClient client = client();
    return new BranchReader(new GraphQl(client), new Contents(client));
  }

  private static GitHubClient client() {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of("secret"));
    return new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
  }
}
