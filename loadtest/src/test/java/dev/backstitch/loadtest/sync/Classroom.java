package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.GitHubModule;
import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.loadtest.simulator.Counts;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.forge.BranchCommit;
import dev.backstitch.loadtest.simulator.forge.CommitOutcome;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.quota.QuotaState;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// A class on a simulated GitHub, and an engine that syncs it.
final class Classroom implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// How long a request may take. Longer than any that is not made slow on a busy machine: GitHub
  /// charges what is given up, too, and its points are in no result.
  private static final Duration REQUEST = Duration.ofSeconds(20);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GitHubSimulator github;
  private final TestDatabase database = TestDatabase.create();
  private final Orchestrator engine;

  private Classroom(SimulatorConfig config, String token, Duration request) {
    github = GitHubSimulator.start(config);
    engine =
        Orchestrator.open(
            OrchestratorConfig.defaults().withDrain(Duration.ZERO),
            new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()),
            List.of(new GitHubModule()),
            new Settings(
                Map.of(
                    "github.token",
                    token,
                    "github.api-urls",
                    github.apiUrl().toString(),
                    "github.request-timeout-seconds",
                    Long.toString(request.toSeconds()))));
  }

  /// A class on a GitHub that answers at once.
  static Classroom of(int students) {
    return with(SimulatorConfig.withoutLatency().withStudents(students));
  }

  static Classroom with(SimulatorConfig config) {
    return new Classroom(config, config.token(), REQUEST);
  }

  /// A class whose engine was given another token than GitHub knows.
  static Classroom withToken(int students, String token) {
    return new Classroom(SimulatorConfig.withoutLatency().withStudents(students), token, REQUEST);
  }

  /// A class whose engine gives a request up after two seconds. What GitHub charges for it is in no
  /// result, so [#sync] is not for those.
  static Classroom impatient(int students) {
    SimulatorConfig config = SimulatorConfig.withoutLatency().withStudents(students);
    return new Classroom(config, config.token(), Duration.ofSeconds(2));
  }

  GitHubSimulator github() {
    return github;
  }

  SyncWorld world() {
    return github.world();
  }

  /// What the ledger knows of every quota.
  List<QuotaState> quotas() {
    return engine.quotas();
  }

  /// The number of the n-th open pull request, from 0.
  int number(int n) {
    return world().openPullRequests().get(n).number();
  }

  /// The user id of a pull request's author, as files and maps write it.
  String userId(int number) {
    return Long.toString(pullRequest(number).author().orElseThrow().id());
  }

  PullRequest pullRequest(int number) {
    return world().forge().pullRequest(number).orElseThrow();
  }

  /// A file on the tracker.
  String trackerFile(String path) {
    byte[] bytes = Objects.requireNonNull(world().trackerFiles().get(path), path);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Lets somebody else put files on the tracker, or take some away.
  void commitToTracker(Map<String, String> files, Set<String> deletions) {
    Map<String, byte[]> bytes =
        files.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, file -> file.getValue().getBytes(StandardCharsets.UTF_8)));
    CommitOutcome outcome =
        world()
            .forge()
            .commit(
                new BranchCommit(
                    SyncWorld.TRACKER,
                    world().trackerHead(),
                    bytes,
                    deletions,
                    "Another writer",
                    new User(77, "somebody-else")));
    assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
  }

  /// Starts a sync of the whole class.
  RunId start() {
    return start("{\"repository\": \"" + github.repository() + "\"}");
  }

  RunId start(String input) {
    return engine.start(new StartRequest("progress-sync", null, Payload.ofJson(input))).runId();
  }

  /// Syncs, and checks that what the result says about requests and quota is what GitHub counted.
  SyncResult sync() {
    Counts before = github.counts();
    SyncResult result = await(start());
    Counts spent = github.counts().since(before);
    assertThat(result.requests()).as("requests").isEqualTo(Math.toIntExact(spent.requests()));
    assertThat(result.points()).as("points").isEqualTo(Math.toIntExact(spent.points()));
    return result;
  }

  /// The result of a run that must complete.
  SyncResult await(RunId id) {
    return switch (engine.result(id, PATIENCE).orElseThrow()) {
      case RunResult.Completed completed -> read(completed.result());
      case RunResult.Failed failed -> throw new AssertionError(failed + "\n" + print(id));
      case RunResult.Cancelled ended -> throw new AssertionError(ended + "\n" + print(id));
      case RunResult.Terminated ended -> throw new AssertionError(ended + "\n" + print(id));
      case RunResult.Open open -> throw new AssertionError(open + "\n" + print(id));
    };
  }

  /// The failure of a run that must fail.
  Failure failureOf(RunId id) {
    return switch (engine.result(id, PATIENCE).orElseThrow()) {
      case RunResult.Failed failed -> failed.failure();
      case RunResult.Completed completed -> throw new AssertionError(completed + "\n" + print(id));
      case RunResult.Cancelled ended -> throw new AssertionError(ended + "\n" + print(id));
      case RunResult.Terminated ended -> throw new AssertionError(ended + "\n" + print(id));
      case RunResult.Open open -> throw new AssertionError(open + "\n" + print(id));
    };
  }

  List<RecordedEvent> history(RunId id) {
    return engine.history(id, 0, 10_000).events();
  }

  /// The tracker is what the pull requests make it.
  void assertInOrder() {
    assertThat(world().trackerDifferences()).isEmpty();
  }

  private static SyncResult read(Payload result) {
    try {
      return JSON.readValue(result.json(), SyncResult.class);
    } catch (JsonProcessingException malformed) {
      throw new AssertionError(result.json(), malformed);
    }
  }

  private String print(RunId id) {
    return history(id).stream()
        .map(event -> event.seq() + " " + event.at() + " " + shortened(event.event().toString()))
        .collect(Collectors.joining("\n"));
  }

  private static String shortened(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "..." : text;
  }

  @Override
  public void close() {
    engine.close();
    database.close();
    github.close();
  }
}
