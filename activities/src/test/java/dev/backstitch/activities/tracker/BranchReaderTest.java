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
import dev.backstitch.activities.format.GitBlob;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BranchReaderTest {
  private final ScriptedServer github = ScriptedServer.start();
  private final BranchOnGitHub branch = new BranchOnGitHub();
  private final Meter meter = new Meter(ApiUse.NONE, Permit.NONE);

  @AfterEach
  void closeServer() {
    github.close();
  }

  @Test
  void head_maps_and_files_of_one_commit_take_one_request() throws Exception {
    github.answers(branch::answer);
    branch.put("user_map.json", "{\"10\": \"bob\", \"9\": \"ann\"}");
    branch.put("latest_sync_hashes.json", "{\"9\": \"aaa\", \"10\": \"bbb\"}");
    branch.put("students/9.json", "[]");

    Tracker tracker = read("tracker");

    assertThat(tracker.state().headOid()).isEqualTo(branch.headOid());
    assertThat(tracker.state().users())
        .containsExactly(Map.entry("9", "ann"), Map.entry("10", "bob"));
    assertThat(tracker.state().hashes()).isEqualTo(Map.of("9", "aaa", "10", "bbb"));
    assertThat(tracker.state().files())
        .isEqualTo(Map.of("9", GitBlob.oid("[]".getBytes(StandardCharsets.US_ASCII))));
    assertThat(tracker.use()).isEqualTo(new ApiUse(1, 1, 4000));
  }

  @Test
  void defect_1_doubled_keys_are_read_as_one() throws Exception {
    github.answers(branch::answer);
    branch.put("latest_sync_hashes.json", "{\"9\": \"old\", \"9\": \"new\"}");

    assertThat(read("tracker").state().hashes()).isEqualTo(Map.of("9", "new"));
  }

  @Test
  void defect_2_a_branch_without_maps_or_with_empty_ones_is_a_fresh_start() throws Exception {
    github.answers(branch::answer);
    branch.put("user_map.json", "");

    Tracker tracker = read("tracker");

    assertThat(tracker.state().users()).isEmpty();
    assertThat(tracker.state().hashes()).isEmpty();
    assertThat(tracker.state().files()).isEmpty();
  }

  @Test
  void a_map_that_is_broken_stops_the_sync_instead_of_counting_as_empty() {
    github.answers(branch::answer);
    branch.put("user_map.json", "{\"9\": \"ann\"");

    assertThatThrownBy(() -> read("tracker"))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(Kind.BROKEN_TRACKER);
              assertThat(failed.problem().message())
                  .contains("user_map.json on branch tracker of course/progress")
                  .contains("Repair it");
            });
  }

  @Test
  void a_missing_branch_is_told_with_the_way_to_make_it() {
    github.answers(branch::answer);

    assertThatThrownBy(() -> read("absent"))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(Kind.NOT_FOUND);
              assertThat(failed.problem().message())
                  .contains("There is no branch absent of course/progress")
                  .contains("git push origin absent");
            });
  }

  private Tracker read(String name) throws InterruptedException {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of("secret"));
    GitHubClient client =
        new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
    return new BranchReader(new GraphQl(client), new Contents(client))
        .read(
            new ReadTracker(
                new TrackerBranch(Repository.of(github.api(), "course/progress"), name)),
            new ActivityContext(new RunId(1), 1, 1),
            meter);
  }
}
