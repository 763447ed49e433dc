package dev.backstitch.loadtest.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.backstitch.activities.GitHubModule;
import dev.backstitch.activities.branch.BranchAddress;
import dev.backstitch.activities.branch.BranchFile;
import dev.backstitch.activities.callback.CallbackModule;
import dev.backstitch.activities.check.CheckReport;
import dev.backstitch.activities.check.CheckTarget;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.post.CommitKey;
import dev.backstitch.activities.status.CommitStatus;
import dev.backstitch.activities.status.StatusTarget;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Ending;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever way a run ends, each kind of target sees that end once, and as the last thing.
class EndPostTest {
  private static final String TOKEN = "token-of-an-installation";
  private static final String PATH = "ends/run.txt";
  private static final String NAME = "end/run";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
  private final ObjectId commit = github.world().trackerHead();
  private final TestDatabase database = TestDatabase.create();
  private final List<String> called = new CopyOnWriteArrayList<>();
  private final HttpServer receiver = receiver();
  private final Orchestrator engine = open();

  EndPostTest() {
    github.addInstallationToken(TOKEN);
  }

  @AfterEach
  void close() {
    engine.close();
    receiver.stop(0);
    database.close();
    github.close();
  }

  private HttpServer receiver() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::receive);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void receive(HttpExchange exchange) throws IOException {
    JSON.readTree(exchange.getRequestBody())
        .path("posts")
        .forEach(post -> called.add(post.path("content").asText()));
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private Orchestrator open() {
    Repository repository =
        Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository());
    Target callback =
        new Target(
            CallbackModule.KIND, "http://127.0.0.1:" + receiver.getAddress().getPort() + "/end");
    return Orchestrator.open(
        PostOffice.SOON,
        new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()),
        List.of(
            new GitHubModule(),
            new CallbackModule(),
            new Ends(new ShowEnd(repository, callback, commit.name()))),
        new Settings(
            Map.of(
                "github.token",
                TOKEN,
                "github.api-urls",
                github.apiUrl().toString(),
                "callback.secret",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")));
  }

  private record Ends(ShowEnd workflow) implements WorkflowModule {
    @Override
    public String name() {
      return "ends";
    }

    @Override
    public void register(Registry registry, Settings settings) {
      registry.workflow("show-end", () -> workflow);
    }
  }

  /// Shows everywhere that it runs, declares its end, and ends as it is told.
  record ShowEnd(Repository repository, Target callback, String sha)
      implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String how) {
      Target branch = new BranchAddress(repository, SyncWorld.TRACKER).target();
      String key = new CommitKey(sha, NAME).toString();
      run.post(branch, PATH, new BranchFile("RUNNING"));
      run.post(
          StatusTarget.target(repository),
          key,
          CommitStatus.of(CommitStatus.State.PENDING, "RUNNING"));
      run.post(
          CheckTarget.target(repository),
          key,
          CheckReport.of(CheckReport.State.IN_PROGRESS, "RUNNING", ""));
      run.post(callback, NAME, "RUNNING");
      run.postAtEnd(branch, PATH, ending -> new BranchFile(ending.name()));
      run.postAtEnd(
          StatusTarget.target(repository),
          key,
          ending -> CommitStatus.of(state(ending), ending.name()));
      run.postAtEnd(
          CheckTarget.target(repository),
          key,
          ending -> CheckReport.of(conclusion(ending), ending.name(), ""));
      run.postAtEnd(callback, NAME, Ending::name);
      run.sleep(Duration.ofMillis(300));
      if (how.equals("fail")) {
        throw new IllegalStateException("as it was told");
      }
      if (how.equals("wait")) {
        run.sleep(Duration.ofDays(1));
      }
      return how;
    }

    private static CommitStatus.State state(Ending ending) {
      return switch (ending) {
        case COMPLETED -> CommitStatus.State.SUCCESS;
        case FAILED -> CommitStatus.State.FAILURE;
        case CANCELLED, TERMINATED -> CommitStatus.State.ERROR;
      };
    }

    private static CheckReport.State conclusion(Ending ending) {
      return switch (ending) {
        case COMPLETED -> CheckReport.State.SUCCESS;
        case FAILED -> CheckReport.State.FAILURE;
        case CANCELLED, TERMINATED -> CheckReport.State.CANCELLED;
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void every_kind_of_target_sees_the_end_once_and_last(Ending ending) {
    RunId run = end(ending);

    await()
        .atMost(PostOffice.PATIENCE)
        .untilAsserted(() -> {
          List<RunPost> posts = engine.posts().ofRun(run, 100);
          assertThat(posts).as("two versions for each of four targets").hasSize(8);
          assertThat(posts.subList(4, 8))
              .extracting(RunPost::fate)
              .containsOnly(RunPost.Fate.DELIVERED);
        });

    assertThat(called).containsOnlyOnce(ending.name()).endsWith(ending.name());
    assertThat(filesShown()).containsOnlyOnce(ending.name()).endsWith(ending.name());
    assertThat(statusesShown()).containsOnlyOnce(ending.name()).endsWith(ending.name());
    assertThat(github.world().forge().checkRuns().of(commit))
        .singleElement()
        .satisfies(check -> {
          assertThat(check.field("output.title")).contains(ending.name());
          assertThat(check.field("status")).contains("completed");
          assertThat(check.field("conclusion"))
              .contains(
                  switch (ending) {
                    case COMPLETED -> "success";
                    case FAILED -> "failure";
                    case CANCELLED, TERMINATED -> "cancelled";
                  });
        });
  }

  private RunId end(Ending ending) {
    String how =
        switch (ending) {
          case COMPLETED -> "\"return\"";
          case FAILED -> "\"fail\"";
          case CANCELLED, TERMINATED -> "\"wait\"";
        };
    RunId run = engine.start(new StartRequest("show-end", null, Payload.ofJson(how))).runId();
    if (how.equals("\"wait\"")) {
      await().atMost(PostOffice.PATIENCE).until(() -> timersSet(run) == 2);
    }
    if (ending == Ending.CANCELLED) {
      engine.cancel(run, "test", "enough");
    }
    if (ending == Ending.TERMINATED) {
      engine.terminate(run, "test", "enough");
    }
    assertThat(engine.result(run, PostOffice.PATIENCE)).isPresent();
    return run;
  }

  private long timersSet(RunId run) {
    return engine.history(run, 0, 1_000).events().stream()
        .filter(event -> event.event() instanceof Event.TimerSet)
        .count();
  }

  /// What the file held, commit by commit.
  private List<String> filesShown() {
    return github.world().trackerCommits().stream()
        .map(shown -> github.world().forge().objects().files(shown.tree()).get(PATH))
        .filter(Objects::nonNull)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  /// Oldest first.
  private List<String> statusesShown() {
    return github.world().forge().statuses().of(commit).stream()
        .filter(status -> status.context().equals(NAME))
        .map(status -> status.description().orElse(""))
        .toList();
  }
}
