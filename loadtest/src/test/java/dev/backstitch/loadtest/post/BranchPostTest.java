package dev.backstitch.loadtest.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.activities.GitHubModule;
import dev.backstitch.activities.branch.BranchAddress;
import dev.backstitch.activities.branch.BranchFile;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.loadtest.simulator.Counts;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Sizes.Limits;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files that runs post to a branch of the simulated GitHub, which holds every request to GitHub's
/// own description.
class BranchPostTest {
  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
  private final TestDatabase database = TestDatabase.create();
  private final BranchAddress branch =
      new BranchAddress(
          Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository()),
          SyncWorld.TRACKER);
  private final AtomicReference<BranchAddress> address = new AtomicReference<>(branch);
  private Orchestrator engine = open();

  private Orchestrator open() {
    return Orchestrator.open(
        PostOffice.SOON,
        new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()),
        List.of(new GitHubModule(), new Writers(address)),
        new Settings(
            Map.of(
                "github.token",
                github.token(),
                "github.api-urls",
                github.apiUrl().toString(),
                "github.request-timeout-seconds",
                "8")));
  }

  private Counts before = Counts.NONE;

  @BeforeEach
  void count() {
    before = github.counts();
  }

  @AfterEach
  void close() {
    engine.close();
    database.close();
    github.close();
  }

  private record Writers(AtomicReference<BranchAddress> address) implements WorkflowModule {
    @Override
    public String name() {
      return "writers";
    }

    @Override
    public void register(Registry registry, Settings settings) {
      registry.workflow("write-file", () -> new WriteFile(Objects.requireNonNull(address.get())));
      registry.workflow("write-much", () -> new WriteMuch(Objects.requireNonNull(address.get())));
    }
  }

  /// Writes drafts of a file, all in one step, and the last one stays.
  record WriteFile(BranchAddress branch) implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String name) {
      for (int draft = 1; draft <= 3; draft++) {
        run.post(
            branch.target(), "notes/" + name + ".md", new BranchFile("draft " + draft + " – ü\n"));
      }
      return name;
    }
  }

  /// Writes six large files in one step.
  record WriteMuch(BranchAddress branch) implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String name) {
      for (int n = 1; n <= 6; n++) {
        String text = String.valueOf(n).repeat(400_000);
        run.post(branch.target(), "notes/" + name + n, new BranchFile(text));
      }
      return name;
    }
  }

  private RunId write(String name) {
    return engine
        .start(new StartRequest("write-file", null, Payload.ofJson("\"" + name + "\"")))
        .runId();
  }

  private void awaitFate(RunId run, RunPost.Fate fate) {
    await()
        .atMost(PostOffice.PATIENCE)
        .until(() -> {
          List<RunPost> posts = engine.posts().ofRun(run, 10);
          return posts.size() == 3 && posts.getLast().fate() == fate;
        });
  }

  private String file(String path) {
    return new String(
        Objects.requireNonNull(github.world().trackerFiles().get(path), path),
        StandardCharsets.UTF_8);
  }

  private long commits() {
    return github.counts().since(before).commits();
  }

  @Test
  void the_last_of_three_drafts_is_one_commit_of_two_requests() {
    RunId run = write("one");

    awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(file("notes/one.md")).isEqualTo("draft 3 – ü\n");
    assertThat(commits()).isEqualTo(1);
    assertThat(github.counts().since(before).requests()).isEqualTo(2);
    assertThat(engine.posts().talliesOf(run).getFirst().superseded()).isEqualTo(2);
  }

  @Test
  void what_many_runs_wrote_while_the_branch_could_not_be_reached_is_one_commit() {
    github.goDown();
    List<RunId> runs = IntStream.range(0, 30).mapToObj(i -> write("file " + i)).toList();
    runs.forEach(run -> engine.result(run, PostOffice.PATIENCE));
    engine.close();
    github.comeBack();
    before = github.counts();

    engine = open();
    runs.forEach(run -> awaitFate(run, RunPost.Fate.DELIVERED));

    assertThat(github.world().trackerFiles().keySet())
        .filteredOn(path -> path.startsWith("notes/"))
        .hasSize(30);
    assertThat(commits()).isLessThanOrEqualTo(2);
  }

  @Test
  void a_repository_that_was_renamed_is_posted_to_by_its_new_name() {
    github.world().renameRepository("renamed");

    RunId run = write("one");

    awaitFate(run, RunPost.Fate.DELIVERED);
    assertThat(file("notes/one.md")).isEqualTo("draft 3 – ü\n");
    assertThat(commits()).isEqualTo(1);
  }

  static List<Fault> faultsThatHideACommit() {
    return List.of(
        new Fault.StatusAfterWrite(502), new Fault.ResetAfterWrite(), new Fault.CutShort());
  }

  @ParameterizedTest
  @MethodSource("faultsThatHideACommit")
  void a_commit_that_nobody_heard_of_is_found_and_not_made_again(Fault fault) {
    github.faults().next(Operation.COMMIT, fault);
    RunId run = write("one");

    awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(commits()).isEqualTo(1);
    assertThat(file("notes/one.md")).startsWith("draft 3");
  }

  @Test
  void a_commit_that_was_lost_on_the_way_is_made_when_that_is_known() {
    github.faults().next(Operation.COMMIT, new Fault.ResetBeforeWrite());
    RunId run = write("one");

    awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(commits()).isEqualTo(1);
  }

  @Test
  void another_writers_commit_is_kept_and_ours_comes_behind_it() {
    github.faults().times(Operation.COMMIT, 2, new Fault.ForeignWriter());
    var head = github.world().trackerHead();
    RunId run = write("one");

    awaitFate(run, RunPost.Fate.DELIVERED);

    assertThat(file("notes/one.md")).startsWith("draft 3");
    assertThat(github.world().trackerHead()).isNotEqualTo(head);
    assertThat(github.counts().since(before).of(Operation.COMMIT)).isEqualTo(3);
  }

  @Test
  void a_branch_that_is_not_there_and_one_that_no_token_may_go_to_are_dead_letters() {
    address.set(new BranchAddress(branch.repository(), "absent"));
    RunId absent = write("one");
    awaitFate(absent, RunPost.Fate.DEAD);
    address.set(
        new BranchAddress(
            Repository.of(ApiUrl.parse("https://elsewhere.example"), github.repository()),
            SyncWorld.TRACKER));
    RunId elsewhere = write("one");
    awaitFate(elsewhere, RunPost.Fate.DEAD);

    assertThat(engine.posts().undelivered(null, 10))
        .extracting(post -> String.valueOf(post.problem()))
        .anySatisfy(problem -> assertThat(problem).contains("branch absent"))
        .anySatisfy(problem -> assertThat(problem).contains("github.api-urls"));
    assertThat(commits()).isZero();
  }

  @Test
  void a_token_that_was_revoked_buries_nothing() {
    github.revokeToken(github.token());
    RunId run = write("one");
    await()
        .atMost(PostOffice.PATIENCE)
        .until(() ->
            engine.posts().undelivered(null, 10).stream()
                .anyMatch(post -> String.valueOf(post.problem()).contains("GITHUB_TOKEN")));

    github.addToken(github.token());

    awaitFate(run, RunPost.Fate.DELIVERED);
    assertThat(commits()).isEqualTo(1);
  }

  @Test
  void a_path_out_of_the_tree_is_refused_alone() {
    RunId bad = write("../../etc");
    RunId good = write("good");

    awaitFate(bad, RunPost.Fate.DEAD);
    awaitFate(good, RunPost.Fate.DELIVERED);

    assertThat(file("notes/good.md")).startsWith("draft 3");
  }

  @Test
  void what_is_too_much_for_one_commit_goes_in_several_and_nothing_is_a_dead_letter() {
    github.world().forge().sizes().limits(Limits.GITHUB.withWrites(1_500_000, 1, 1));

    RunId run =
        engine.start(new StartRequest("write-much", null, Payload.ofJson("\"large\""))).runId();

    await()
        .atMost(PostOffice.PATIENCE)
        .until(() -> {
          List<RunPost> posts = engine.posts().ofRun(run, 10);
          return posts.size() == 6
              && posts.stream().allMatch(post -> post.fate() == RunPost.Fate.DELIVERED);
        });
    for (int n = 1; n <= 6; n++) {
      assertThat(file("notes/large" + n)).isEqualTo(String.valueOf(n).repeat(400_000));
    }
    assertThat(commits()).isBetween(3L, 6L);
    assertThat(engine.posts().undelivered(null, 10)).isEmpty();
  }
}
