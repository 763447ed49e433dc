package dev.backstitch.loadtest.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.app.AppIdentity;
import dev.backstitch.activities.app.AppKey;
import dev.backstitch.activities.app.Installations;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.workflow.DeferredException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstallationsTest {
  private static final long APP_ID = 4711;
  private static final int CALLERS = 40;

  @TempDir private static Path folder;

  private final KeyFile key = KeyFile.in(folder);
  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(2));
  private final Apps.App app = github.apps().register(APP_ID, "stitcher", key.publicKey());
  private final Apps.Installation installation = github.apps().install(app, "Seam-School");

  /// The simulator's clock as it is, without what it shows to others.
  private final InstantSource clock = () -> github.clock().now();

  private final GitHubClient client = client(key);

  private GitHubClient client(KeyFile signer) {
    ClientSettings settings = ClientSettings.DEFAULT;
    HttpClient http = GitHubClient.newHttpClient(settings);
    AppIdentity identity =
        new AppIdentity(Long.toString(APP_ID), AppKey.read(signer.path()), clock);
    return new GitHubClient(
        http,
        settings,
        clock,
        new Installations(new GitHubClient(http, settings, clock, identity), identity, clock));
  }

  @AfterEach
  void close() {
    github.close();
  }

  private Repository base() {
    return Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository());
  }

  private Repository fork() {
    String name =
        github.world().openPullRequests().getFirst().headRepository().orElseThrow().nameWithOwner();
    return Repository.of(base().api(), name);
  }

  private void read(Repository repository) throws InterruptedException {
    client.get(
        repository.api(),
        repository.restPath(),
        "application/vnd.github+json",
        "read the repository " + repository,
        new Meter(ApiUse.NONE, Permit.NONE, repository));
  }

  private void readByAll() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        reads.add(
            threads.submit(() -> {
              read(base());
              return null;
            }));
      }
      for (Future<?> read : reads) {
        read.get(30, TimeUnit.SECONDS);
      }
    }
  }

  private long tokens() {
    return github.counts().of(Operation.CREATE_INSTALLATION_TOKEN);
  }

  @Test
  void many_callers_at_once_get_one_token() throws Exception {
    readByAll();

    assertThat(tokens()).isEqualTo(1);
    assertThat(github.counts().of(Operation.GET_INSTALLATION)).isEqualTo(1);
    // Who asks after the first answer came asks by its ETag, and 304 is free.
    assertThat(
            github.quota(installation, QuotaResource.CORE).used() + github.counts().notModified())
        .isEqualTo(CALLERS);
  }

  @Test
  void a_token_is_replaced_once_for_all_when_ten_minutes_of_it_are_left() throws Exception {
    read(base());
    github.clock().advance(Duration.ofMinutes(49));
    readByAll();
    assertThat(tokens()).isEqualTo(1);

    github.clock().advance(Duration.ofMinutes(2));
    long before = github.counts().of(Operation.GET_REPOSITORY);
    readByAll();
    readByAll();

    assertThat(tokens()).isEqualTo(2);
    assertThat(github.counts().of(Operation.GET_REPOSITORY) - before).isEqualTo(2L * CALLERS);
  }

  @Test
  void a_token_that_has_ended_is_not_even_sent() throws Exception {
    read(base());
    github.clock().advance(Duration.ofMinutes(61));
    long before = github.counts().of(Operation.GET_REPOSITORY);

    readByAll();

    assertThat(tokens()).isEqualTo(2);
    assertThat(github.counts().of(Operation.GET_REPOSITORY) - before).isEqualTo(CALLERS);
  }

  @Test
  void a_token_that_is_refused_before_its_time_is_replaced_once_for_all() throws Exception {
    readByAll();
    github.apps().revokeIssued();

    readByAll();

    assertThat(tokens()).isEqualTo(2);
    assertThat(github.counts().of(Operation.GET_INSTALLATION)).isEqualTo(1);
  }

  @Test
  void the_old_token_serves_while_a_new_one_cannot_be_had() throws Exception {
    read(base());
    github.clock().advance(Duration.ofMinutes(55));
    github.faults().next(Operation.CREATE_INSTALLATION_TOKEN, new Fault.Status(502));

    read(base());
    assertThat(tokens()).isEqualTo(2);

    read(base());
    assertThat(tokens()).isEqualTo(3);
  }

  @Test
  void when_no_token_can_be_had_nothing_was_sent_and_it_is_tried_again() throws Exception {
    github.faults().next(Operation.CREATE_INSTALLATION_TOKEN, new Fault.ResetAfterWrite());

    assertThatThrownBy(() -> read(base()))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().leavesOutcomeUnknown()).isFalse();
              assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.UNREACHABLE);
            });

    read(base());
  }

  @Test
  void installations_work_side_by_side_each_with_its_own_token_and_quota() throws Exception {
    Apps.Installation other = github.apps().install(app, fork().owner());

    read(base());
    read(fork());
    read(base());

    assertThat(tokens()).isEqualTo(2);
    assertThat(github.counts().of(Operation.GET_REPOSITORY)).isEqualTo(3);
    // The second look at the same repository finds nothing changed, which is free.
    assertThat(github.quota(installation, QuotaResource.CORE).used()).isEqualTo(1);
    assertThat(github.quota(other, QuotaResource.CORE).used()).isEqualTo(1);
  }

  @Test
  void when_the_apps_own_quota_is_spent_the_caller_waits_and_is_charged_nothing() throws Exception {
    github.faults().next(Operation.CREATE_INSTALLATION_TOKEN, new Fault.QuotaExhausted());

    assertThatThrownBy(() -> read(base()))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.QUOTA_EXHAUSTED);
              assertThat(failed.problem().toFailure(failed)).isInstanceOf(DeferredException.class);
            });
    assertThat(github.quota(installation, QuotaResource.CORE).used()).isZero();
  }

  @Test
  void an_owner_without_the_app_is_told_what_to_do() {
    assertThatThrownBy(() -> read(fork()))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.NOT_INSTALLED))
        .hasMessageContaining("App 4711 is not installed for " + fork());
  }

  @Test
  void an_app_that_was_installed_anew_is_found_under_its_new_number() throws Exception {
    read(base());
    github.apps().uninstall(installation);
    Apps.Installation again = github.apps().install(app, "seam-school");

    read(base());

    assertThat(github.quota(again, QuotaResource.CORE).used()).isEqualTo(1);
    assertThat(github.counts().of(Operation.GET_INSTALLATION)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {-3_600, -120, -25, 0, 50, 120, 3_600})
  void a_clock_that_is_wrong_on_either_side_does_not_matter(long skewSeconds) throws Exception {
    github.clock().skew(Duration.ofSeconds(skewSeconds));

    read(base());
    github.clock().advance(Duration.ofMinutes(49));
    read(base());

    assertThat(github.counts().of(Operation.GET_REPOSITORY)).isEqualTo(2);
  }

  @Test
  void a_key_that_is_not_the_apps_is_told_so() {
    GitHubClient stranger = client(KeyFile.in(folder));

    assertThatThrownBy(() ->
            stranger.get(
                base().api(),
                base().restPath(),
                "application/vnd.github+json",
                "read the repository",
                new Meter(ApiUse.NONE, Permit.NONE, base())))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.BAD_CREDENTIALS))
        .hasMessageContaining("BACKSTITCH_GITHUB_APP_PRIVATE_KEY_FILE");
  }

  @Test
  void the_simulator_takes_no_claim_that_github_would_not() throws Exception {
    Instant now = clock.instant();
    AppIdentity early =
        new AppIdentity(
            Long.toString(APP_ID), AppKey.read(key.path()), () -> now.plus(Duration.ofMinutes(5)));
    HttpClient http = GitHubClient.newHttpClient(ClientSettings.DEFAULT);
    Meter meter = new Meter(ApiUse.NONE, Permit.NONE, base());

    // Signed by the wrong clock, then once more by the server's.
    new GitHubClient(http, ClientSettings.DEFAULT, () -> now.plus(Duration.ofMinutes(5)), early)
        .get(base().api(), base().restPath() + "/installation", "*/*", "find it", meter);

    assertThat(github.counts().of(Operation.GET_INSTALLATION)).isEqualTo(2);
  }
}
