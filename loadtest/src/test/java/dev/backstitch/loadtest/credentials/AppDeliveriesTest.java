package dev.backstitch.loadtest.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.app.AppIdentity;
import dev.backstitch.activities.app.AppKey;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.Credentials;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.OneToken;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.webhook.DeliveriesPage;
import dev.backstitch.activities.webhook.DeliveryLog;
import dev.backstitch.activities.webhook.ListDeliveries;
import dev.backstitch.activities.webhook.LoggedDelivery;
import dev.backstitch.activities.webhook.RedeliverDelivery;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookDelivery;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.simulator.http.HttpListener;
import dev.backstitch.loadtest.simulator.http.Reply;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log of an App's own webhook, which only the App itself is shown.
class AppDeliveriesTest {
  private static final String SECRET = "a-secret-of-this-test";
  private static final ClientSettings SETTINGS = ClientSettings.DEFAULT;
  private static final HookTrouble NONE = HookTrouble.NONE;

  @TempDir private Path folder;

  private final List<Request> received = new CopyOnWriteArrayList<>();
  private final HttpListener receiver =
      HttpListener.start(
          0,
          request -> {
            received.add(request);
            return Reply.Answer.empty(202);
          });
  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(4));

  @AfterEach
  void close() {
    receiver.close();
    github.close();
  }

  @Test
  void the_log_is_read_page_by_page_and_what_was_lost_is_sent_again() throws Exception {
    DeliveryLog log = log(clientOf(app(4711)));
    Hook hook = hook(new HookTrouble(1, 0, 0, Duration.ZERO, 1));
    for (int i = 0; i < 250; i++) {
      github.world().pushProgress(1);
    }

    List<LoggedDelivery> logged = new ArrayList<>();
    int pages = 0;
    String cursor = null;
    do {
      DeliveriesPage page = list(log, cursor);
      logged.addAll(page.deliveries());
      cursor = page.nextCursor();
      pages++;
    } while (cursor != null);

    assertThat(pages).isEqualTo(3);
    assertThat(logged)
        .extracting(LoggedDelivery::id)
        .containsExactlyElementsOf(hook.deliveries().stream().map(HookDelivery::id).toList());
    assertThat(logged).noneMatch(LoggedDelivery::accepted);
    LoggedDelivery oldest = logged.getLast();
    log.redeliver(new RedeliverDelivery(base(), null, oldest.id()), context(), meter());
    Awaitility.await().until(() -> received.size() == 1);
    assertThat(received.getFirst().header("X-GitHub-Delivery")).contains(oldest.guid());
    assertThat(received.getFirst().body().text()).contains("\"installation\":{\"id\":");
  }

  @Test
  void an_app_is_told_only_of_repositories_for_whose_owner_it_is_installed() throws Exception {
    DeliveryLog log = log(clientOf(github.apps().register(4711, "stitcher", key().publicKey())));
    Hook hook = github.addAppHook(github.apps().app(4711).orElseThrow(), address(), SECRET, NONE);

    github.world().pushProgress(1);

    assertThat(hook.deliveries()).isEmpty();
    assertThat(list(log, null).deliveries()).isEmpty();
  }

  @Test
  void an_app_without_a_webhook_has_no_log() {
    DeliveryLog log = log(clientOf(app(4711)));

    assertProblem(log, Kind.NOT_FOUND);
  }

  @Test
  void a_token_is_not_shown_the_log_of_any_app() {
    app(4711);
    hook(NONE);
    Credentials token = new OneToken(Optional.of(Token.of(github.token())));

    assertProblem(log(client(token)), Kind.BAD_CREDENTIALS);
  }

  @Test
  void who_is_no_app_asks_nobody() {
    Credentials token = new OneToken(Optional.of(Token.of(github.token())));
    DeliveryLog log = new DeliveryLog(client(token), Optional.empty());

    assertThatThrownBy(() -> list(log, null))
        .isInstanceOfSatisfying(
            PermanentFailureException.class,
            refused -> assertThat(refused.failure().type()).isEqualTo("not-an-app"));
    assertThat(github.counts().requests()).isZero();
  }

  // ------------------------------------------------------------------ the fixture

  private @Nullable KeyFile key;

  private KeyFile key() {
    KeyFile made = key == null ? KeyFile.in(folder) : key;
    key = made;
    return made;
  }

  /// Registered, and installed where the repository is.
  private Apps.App app(long id) {
    Apps.App app = github.apps().register(id, "stitcher", key().publicKey());
    github.apps().install(app, "seam-school");
    return app;
  }

  private Hook hook(HookTrouble trouble) {
    return github.addAppHook(github.apps().app(4711).orElseThrow(), address(), SECRET, trouble);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + receiver.port() + "/hook");
  }

  private GitHubClient clientOf(Apps.App app) {
    return client(
        new AppIdentity(
            Long.toString(app.id()), AppKey.read(key().path()), InstantSource.system()));
  }

  private static GitHubClient client(Credentials credentials) {
    return new GitHubClient(
        GitHubClient.newHttpClient(SETTINGS), SETTINGS, InstantSource.system(), credentials);
  }

  private static DeliveryLog log(GitHubClient app) {
    return new DeliveryLog(client(new OneToken(Optional.empty())), Optional.of(app));
  }

  private DeliveriesPage list(DeliveryLog log, @Nullable String cursor)
      throws InterruptedException {
    return log.list(new ListDeliveries(base(), null, cursor), context(), meter());
  }

  private void assertProblem(DeliveryLog log, Kind kind) {
    assertThatThrownBy(() -> list(log, null))
        .isInstanceOfSatisfying(
            GitHubException.class, failed -> assertThat(failed.problem().kind()).isEqualTo(kind));
  }

  private Repository base() {
    return Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository());
  }

  private Meter meter() {
    return new Meter(ApiUse.NONE, Permit.NONE, base());
  }

  private static ActivityContext context() {
    return new ActivityContext(new RunId(1), 1, 1);
  }
}
