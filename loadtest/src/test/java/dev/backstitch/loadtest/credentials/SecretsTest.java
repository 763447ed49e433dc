package dev.backstitch.loadtest.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.GitHubModule;
import dev.backstitch.activities.callback.CallbackModule;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.post.CommitKey;
import dev.backstitch.activities.status.CommitStatus;
import dev.backstitch.activities.status.StatusTarget;
import dev.backstitch.api.command.ApiClient;
import dev.backstitch.api.server.Server;
import dev.backstitch.api.server.ServerConfig;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookDelivery;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Looks for secrets in everything that anybody can read: our logs at their finest, every row of
/// the database, every page and answer of the API. GitHub itself repeats them, to see whether what
/// comes from outside is masked.
class SecretsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LINK = Pattern.compile("href=\"(/[^\"#]*)\"");
  private static final int MOST_PAGES = 200;
  private static final String WEBHOOK_SECRET = "what-github-signs-its-webhooks-with";
  private static final String CALLBACK_SECRET = "what-we-sign-our-callbacks-with";

  @TempDir private static Path folder;

  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(3));
  private final TestDatabase database = TestDatabase.create();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.backstitch");

  @BeforeEach
  void listen() {
    log.start();
    root.addAppender(log);
    // All of ours is looked at, none of it printed.
    ours.addAppender(log);
    ours.setAdditive(false);
    ours.setLevel(Level.TRACE);
  }

  @AfterEach
  void close() {
    root.detachAppender(log);
    ours.detachAppender(log);
    ours.setAdditive(true);
    ours.setLevel(null);
    database.close();
    github.close();
  }

  /// Posts a status, and calls back where nobody listens.
  private record Reporter(Repository repository) implements WorkflowModule {
    @Override
    public String name() {
      return "reporter";
    }

    @Override
    public void register(Registry registry, Settings settings) {
      registry.workflow("report", () -> new Report(repository));
    }
  }

  private static final Target NOBODY = new Target(CallbackModule.KIND, "http://127.0.0.1:1/");

  record Report(Repository repository) implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String sha) {
      run.post(
          StatusTarget.target(repository),
          new CommitKey(sha, "sync").toString(),
          CommitStatus.of(CommitStatus.State.SUCCESS, "done"));
      run.post(NOBODY, "sync", "done");
      return sha;
    }
  }

  private String work(Map<String, String> credentials) throws Exception {
    Map<String, String> settings = new HashMap<>(credentials);
    settings.put("webhooks.secret", WEBHOOK_SECRET);
    settings.put("webhooks.gather-seconds", "0");
    settings.put("callback.secret", CALLBACK_SECRET);
    Repository base = Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository());
    ServerConfig config =
        ServerConfig.in(folder)
            .withAddress("127.0.0.1", 0)
            .withDatabase(
                new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()));
    try (Server server =
        Server.start(
            config,
            List.of(new GitHubModule(), new CallbackModule(), new Reporter(base)),
            new Settings(settings))) {
      sync(server);
      github.faults().next(Operation.LIST_HEADS, new Fault.EchoedAuthorization(422));
      sync(server);
      syncByGit(server);
      github.faults().next(Operation.CREATE_STATUS, new Fault.EchoedAuthorization(422));
      RunId report = start(server, "report", "\"" + github.world().trackerHead().name() + "\"");
      server.orchestrator().result(report, PATIENCE);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(server.orchestrator().posts().undelivered(null, 10))
                  .as("the status and the callback")
                  .hasSize(2)
                  .allMatch(post -> post.problem() != null));
      String refusal = syncByWebhook(server);
      forgetTokens(settings);
      sync(server);
      String everything = refusal + pages(server.address()) + rows() + logged();
      assertThat(everything).contains("bad-signature");
      for (String secret : List.of(WEBHOOK_SECRET, CALLBACK_SECRET, database.password())) {
        assertAbsent(everything, secret);
        assertAbsent(everything, base64(secret));
      }
      return everything;
    }
  }

  /// A file that only git has: it is refused at first, with the credentials in the error, and then
  /// shown.
  private void syncByGit(Server server) {
    github.world().showPushesLater(Duration.ofHours(1), true);
    int number = github.world().openPullRequests().getFirst().number();
    github.world().push(number, "[]".getBytes(StandardCharsets.UTF_8));
    github.world().deleteFork(number);
    github.faults().next(Operation.GIT_INFO_REFS, new Fault.EchoedAuthorization(403));
    sync(server);
    github.world().showPushesLater(Duration.ZERO, false);
  }

  /// A sync that a push begins, told once with the right signature and once with a wrong one, which
  /// is refused.
  ///
  /// @return what somebody else who signs wrongly is answered
  private String syncByWebhook(Server server) throws IOException, InterruptedException {
    URI address = server.address().resolve("/api/v1/webhooks/github");
    ObjectNode sync = JsonNodeFactory.instance.objectNode().put("webhook", true);
    sync.putArray("repositories").add(github.repository());
    try (ApiClient api = new ApiClient(server.address(), Optional.empty())) {
      api.put("/api/v1/syncs/class", sync);
      github.addHook(address, WEBHOOK_SECRET, HookTrouble.NONE);
      Hook wrong = github.addHook(address, "what-somebody-else-signs-with", HookTrouble.NONE);
      github.world().pushProgressTo(github.world().openPullRequests().get(1).number());
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            JsonNode run = api.get("/api/v1/syncs/class/runs").at("/runs/0");
            assertThat(run.path("reason").asText()).isEqualTo("WEBHOOK");
            assertThat(run.path("status").asText()).isEqualTo("COMPLETED");
            assertThat(wrong.deliveries()).extracting(HookDelivery::statusCode).containsOnly(401);
          });
    }
    HttpRequest forged =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("X-GitHub-Event", "pull_request")
            .header("X-GitHub-Delivery", "forged")
            .header("X-Hub-Signature-256", "sha256=00")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(forged, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  /// Once more with a token that has been refused, and for an App with an echo where it asks for
  /// another one.
  private void forgetTokens(Map<String, String> settings) {
    if (settings.containsKey("github.token")) {
      github.revokeToken(github.token());
    } else {
      github.apps().revokeIssued();
      github.faults().next(Operation.CREATE_INSTALLATION_TOKEN, new Fault.EchoedAuthorization(403));
    }
  }

  private void sync(Server server) {
    RunId run = start(server, "progress-sync", "{\"repository\": \"" + github.repository() + "\"}");
    server.orchestrator().result(run, PATIENCE);
  }

  private static RunId start(Server server, String workflow, String input) {
    return server
        .orchestrator()
        .start(new StartRequest(workflow, null, Payload.ofJson(input)))
        .runId();
  }

  /// Every page that links lead to, and the API's answers.
  private static String pages(URI server) throws IOException, InterruptedException {
    StringBuilder all = new StringBuilder();
    List<String> paths =
        new ArrayList<>(
            List.of(
                "/",
                "/quotas",
                "/syncs",
                "/metrics",
                "/api/v1/runs",
                "/api/v1/outbox",
                "/api/v1/quotas",
                "/api/v1/syncs",
                "/api/v1/syncs/class",
                "/api/v1/syncs/class/runs"));
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (int i = 0; i < paths.size() && i < MOST_PAGES; i++) {
        String page =
            http.send(
                    HttpRequest.newBuilder(server.resolve(paths.get(i))).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body();
        all.append(page);
        Matcher link = LINK.matcher(page);
        while (link.find()) {
          add(paths, link.group(1).replace("&amp;", "&"));
        }
        if (paths.get(i).matches("/runs/[^/?]*")) {
          add(paths, "/api/v1" + paths.get(i));
          add(paths, "/api/v1" + paths.get(i) + "/events");
          add(paths, "/api/v1" + paths.get(i) + "/posts");
        }
      }
    }
    assertThat(paths).hasSizeGreaterThan(20);
    return all.toString();
  }

  private static void add(List<String> paths, String path) {
    if (!paths.contains(path) && !path.startsWith("/assets/")) {
      paths.add(path);
    }
  }

  /// Every row of every table; bytes as the text that they are.
  private String rows() {
    return Jdbi.create(database.dataSource()).withHandle(SecretsTest::rows);
  }

  private static String rows(Handle handle) {
    StringBuilder all = new StringBuilder();
    for (String table :
        handle
            .createQuery("select tablename from pg_tables where schemaname = 'backstitch'")
            .mapTo(String.class)
            .list()) {
      handle
          .createQuery("select t::text from backstitch." + table + " t")
          .mapTo(String.class)
          .forEach(all::append);
    }
    handle
        .createQuery("select convert_from(payload, 'UTF8') from backstitch.history")
        .mapTo(String.class)
        .forEach(all::append);
    return all.toString();
  }

  private String logged() {
    StringBuilder all = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(log.list)) {
      all.append(event.getFormattedMessage()).append('\n');
      for (IThrowableProxy thrown = event.getThrowableProxy();
          thrown != null;
          thrown = thrown.getCause()) {
        all.append(thrown.getMessage()).append('\n');
      }
    }
    return all.toString();
  }

  @Test
  void no_key_claim_or_token_of_an_app_is_anywhere_to_be_read() throws Exception {
    KeyFile key = KeyFile.in(folder);
    github.apps().install(github.apps().register(4711, "stitcher", key.publicKey()), "seam-school");

    String everything =
        work(
            Map.of(
                "github.api-urls",
                github.apiUrl().toString(),
                "github.app-id",
                "4711",
                "github.app-private-key-file",
                key.path().toString()));

    assertThat(github.apps().issuedTokens()).isNotEmpty();
    assertThat(everything).contains("/app:4711/seam-school");
    assertThat(everything).contains("Not allowed with Bearer ***");
    assertGitWasAsked(everything);
    github.apps().issuedTokens().forEach(token -> assertTokenAbsent(everything, token));
    key.text()
        .lines()
        .filter(line -> !line.startsWith("-----") && line.length() > 16)
        .forEach(line -> assertAbsent(everything, line));
    assertThat(Pattern.compile("eyJ[A-Za-z0-9_-]{10,}\\.").matcher(everything).find()).isFalse();
  }

  @Test
  void a_token_is_nowhere_to_be_read() throws Exception {
    String everything =
        work(Map.of("github.api-urls", github.apiUrl().toString(), "github.token", github.token()));

    assertThat(everything).contains("Not allowed with Bearer ***");
    assertGitWasAsked(everything);
    assertTokenAbsent(everything, github.token());
  }

  /// It refused, which is told, and then showed the file.
  private void assertGitWasAsked(String everything) {
    assertThat(everything).contains("event=git_failed", "Not allowed with Basic ***");
    assertThat(everything).contains("event=files_by_git", "\"via\":\"git\"");
    assertThat(github.counts().of(Operation.GIT_UPLOAD_PACK)).as("refs and a pack").isEqualTo(2);
  }

  /// Neither as it is nor as git sends it.
  private static void assertTokenAbsent(String everything, String token) {
    assertAbsent(everything, token);
    assertAbsent(everything, base64("x-access-token:" + token));
  }

  private static String base64(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  /// Without printing all of it.
  private static void assertAbsent(String everything, String secret) {
    int at = everything.indexOf(secret);
    assertThat(at < 0 ? "" : everything.substring(Math.max(0, at - 200), at)).isEmpty();
    assertThat(at).isNegative();
  }
}
