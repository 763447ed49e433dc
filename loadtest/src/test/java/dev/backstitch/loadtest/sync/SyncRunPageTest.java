package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.api.server.Server;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.forge.Sizes.Limits;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the page of a sync says about its branch.
class SyncRunPageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(220));
  private final TestDatabase database = TestDatabase.create();
  private Server server;

  @BeforeEach
  void start(@TempDir Path home) {
    server = SyncServer.start(home, database, github, Map.of("github.token", github.token()));
  }

  @AfterEach
  void stop() {
    server.close();
    database.close();
    github.close();
  }

  @Test
  void many_changes_are_one_commit_and_the_page_says_so() throws Exception {
    String dry = pageOfSync(", \"dryRun\": true");
    String cold = pageOfSync("");
    String quiet = pageOfSync("");

    assertThat(dry).doesNotContain("branch tracker of");
    assertThat(cold)
        .contains(
            "branch tracker of " + github.repository(),
            "220 changes, 1 commit",
            "commit " + github.world().trackerHead().name().substring(0, 12));
    assertThat(quiet).contains("0 changes, 0 commits", "nothing to commit");
  }

  @Test
  void a_commit_that_had_to_be_split_is_told_as_so_many() throws Exception {
    github.world().forge().sizes().limits(Limits.GITHUB.withWrites(900_000, 1, 1));

    String page = pageOfSync("");

    List<GitCommit> commits = github.world().trackerCommits();
    assertThat(commits).hasSizeGreaterThan(1);
    assertThat(page)
        .contains(
            "220 changes, " + commits.size() + " commits",
            "the last one " + commits.getLast().id().name().substring(0, 12));
  }

  private String pageOfSync(String more) throws IOException, InterruptedException {
    String input = "{\"repository\": \"" + github.repository() + "\"" + more + "}";
    RunId run =
        server
            .orchestrator()
            .start(new StartRequest("progress-sync", null, Payload.ofJson(input)))
            .runId();
    assertThat(server.orchestrator().result(run, PATIENCE).orElseThrow())
        .isInstanceOf(RunResult.Completed.class);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(server.address().resolve("/runs/" + run)).build(),
              BodyHandlers.ofString())
          .body();
    }
  }
}
