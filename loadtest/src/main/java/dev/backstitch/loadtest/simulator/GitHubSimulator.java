package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.contract.ContractBrokenException;
import dev.backstitch.loadtest.simulator.contract.OpenApiContract;
import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.fault.Faults;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.graphql.GraphQlApi;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.simulator.hook.Subscription;
import dev.backstitch.loadtest.simulator.http.HttpListener;
import dev.backstitch.loadtest.simulator.quota.LimitShape;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// A simulated GitHub: an HTTP server on the loopback with a real git repository behind it.
///
/// Closing it fails when somebody broke GitHub's contract meanwhile, so a test that looks at
/// nothing else fails all the same. Who breaks it on purpose looks at it, by [#takeViolations].
///
/// Thread-safe. Its state is gone when it is closed.
public final class GitHubSimulator implements AutoCloseable {

  private final Simulation simulation;
  private final Path directory;
  private final HttpListener listener;
  private final AtomicBoolean closed = new AtomicBoolean();

  private GitHubSimulator(Simulation simulation, Path directory, HttpListener listener) {
    this.simulation = simulation;
    this.directory = directory;
    this.listener = listener;
  }

  /// Makes the world and starts to listen.
  ///
  /// @throws UncheckedIOException when there is no room for the repository or the port is taken
  public static GitHubSimulator start(SimulatorConfig config) {
    // The schema loads while the world is made; a request that comes too early waits for it. The
    // OpenAPI description, which takes longer, is loaded by the first REST request: see
    // #loadContract.
    Thread.ofPlatform().daemon().name("simulator-graphql").start(GraphQlApi::shared);
    Path directory = createFolder();
    Simulation simulation = Simulation.create(config, directory.resolve("network.git"));
    var gate = new Gate(simulation, new GraphQlDesk(simulation), new RestDesk(simulation));
    try {
      var front = new FrontDoor(simulation, gate, new GitDesk(simulation));
      var control = new ControlDesk(simulation);
      HttpListener listener =
          HttpListener.start(
              config.port(),
              request -> control.isFor(request) ? control.answer(request) : front.handle(request));
      return new GitHubSimulator(simulation, directory, listener);
    } catch (UncheckedIOException e) {
      simulation.world().close();
      deleteFolder(directory);
      throw e;
    }
  }

  /// Loads GitHub's OpenAPI description now. Otherwise the first REST request of the process does,
  /// and takes up to a second longer: call this before REST requests are timed.
  public static void loadContract() {
    OpenApiContract.shared();
  }

  private static Path createFolder() {
    try {
      return Files.createTempDirectory("backstitch-simulator-");
    } catch (IOException e) {
      throw new UncheckedIOException("The simulator cannot make its folder", e);
    }
  }

  private static void deleteFolder(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The simulator's folder could not be removed", e);
    }
  }

  /// The API's address, without a slash at the end; GraphQL is at its `/graphql`. With `/api/v3`
  /// behind it the same API speaks as an Enterprise server does, with GraphQL at `/api/graphql`.
  public URI apiUrl() {
    return URI.create("http://127.0.0.1:" + listener.port());
  }

  /// A token that may read everything and commit to the base repository.
  public String token() {
    return simulation.config().token();
  }

  /// Whose token that is.
  public String login() {
    return simulation.config().login();
  }

  /// The base repository's `OWNER/NAME`.
  public String repository() {
    return simulation.world().repository();
  }

  public SyncWorld world() {
    return simulation.world();
  }

  public Counts counts() {
    return simulation.tally().counts();
  }

  public Faults faults() {
    return simulation.faults();
  }

  /// Everything that broke GitHub's contract and that nobody has taken; empty after a good test.
  public List<Violation> violations() {
    return simulation.violations().untaken();
  }

  /// The same, and [#close] won't fail because of them: for who broke the contract on purpose, and
  /// says which breach it was. What is broken later counts as ever.
  public List<Violation> takeViolations() {
    return simulation.violations().take();
  }

  /// Adds a webhook for `pull_request` events of the base repository: from now on they are sent.
  ///
  /// @param address where to
  /// @param secret what they are signed with, at least 16 characters
  public Hook addHook(URI address, String secret, HookTrouble trouble) {
    return simulation.hooks().add(Subscription.toPullRequests(address, secret, trouble));
  }

  /// Gives an App its webhook for `pull_request` events: from now on it is told of those at the
  /// owners for whom it is installed.
  public Hook addAppHook(Apps.App app, URI address, String secret, HookTrouble trouble) {
    return simulation
        .hooks()
        .addForApp(app.id(), Subscription.toPullRequests(address, secret, trouble));
  }

  /// Time as the simulator sees it: quota windows and periods of faults follow it.
  public SimulatorClock clock() {
    return simulation.clock();
  }

  /// What is left of the quota of [#token]'s account.
  public QuotaState quota(QuotaResource resource) {
    return simulation.quotas().state(simulation.account(), resource);
  }

  /// Sets what is left of the quota of [#token]'s account, as if others had spent the rest.
  public void setRemaining(QuotaResource resource, int remaining) {
    simulation.quotas().setRemaining(simulation.account(), resource, remaining);
  }

  /// What is left of the quota of another token's account.
  public QuotaState quota(String token, QuotaResource resource) {
    return simulation.quotas().state(accountOf(token), resource);
  }

  /// Sets what is left of the quota of another token's account.
  public void setRemaining(String token, QuotaResource resource, int remaining) {
    simulation.quotas().setRemaining(accountOf(token), resource, remaining);
  }

  private Account accountOf(String token) {
    return simulation
        .credentials()
        .account(token)
        .orElseThrow(() -> new IllegalArgumentException("nobody has that token"));
  }

  /// Sets how GraphQL says that the quota is spent.
  public void limitShape(LimitShape shape) {
    simulation.quotas().limitShape(shape);
  }

  /// Makes another token valid for [#token]'s account: the quota is shared, ETags are not.
  public void addToken(String token) {
    simulation.credentials().add(token, simulation.account());
  }

  /// Makes a token valid for another account, which has a quota of its own.
  public void addToken(String token, User user) {
    simulation.credentials().add(token, Account.user(user.id(), user.login()));
  }

  /// Makes a token valid as that of an App's installation: it may write check runs.
  public void addInstallationToken(String token) {
    simulation.credentials().add(token, Account.installation(9_100_001L, 910_001L, "stitcher"));
  }

  /// Makes a token valid as that of the base repository's Actions: 1,000 points an hour.
  public void addActionsToken(String token) {
    simulation.credentials().add(token, Account.actions(simulation.world().forge().base().id()));
  }

  /// Apps and their installations.
  public Apps apps() {
    return simulation.apps();
  }

  /// What is left of the quota of an installation.
  public QuotaState quota(Apps.Installation installation, QuotaResource resource) {
    return simulation.quotas().state(installation.account(), resource);
  }

  /// Makes a token invalid: 401 from now on.
  public void revokeToken(String token) {
    simulation.credentials().revoke(token);
  }

  /// Sets the limits of requests at once, of points and writes a minute, and of processor time.
  public void secondaryLimits(SecondaryLimits.Limits limits) {
    simulation.secondaryLimits().limits(limits);
  }

  /// The most requests of one account that ever ran at once.
  public int mostAtOnce() {
    return simulation.secondaryLimits().mostAtOnce();
  }

  /// Takes the API off the network: connections are refused, open ones break, until [#comeBack].
  public void goDown() {
    listener.refuse();
  }

  /// Takes the API off the network and brings it back by itself.
  ///
  /// @param period by the machine's clock, because clients wait by theirs
  public void goDownFor(Duration period) {
    goDown();
    Thread.ofVirtual()
        .name("simulator-comes-back")
        .start(() -> {
          try {
            Thread.sleep(period);
            comeBack();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /// Listens again at the same address.
  public void comeBack() {
    listener.listen();
  }

  /// Stops, removes everything, and then says whether somebody broke GitHub's contract. In a
  /// try-with-resources what failed before is not hidden by that: this is suppressed by it.
  ///
  /// @throws ContractBrokenException if there are violations that nobody has taken
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    simulation.hooks().close();
    simulation.elsewhere().close();
    listener.close();
    // What still runs now heeds no interrupt, and may meet a world that is gone: that is no breach.
    List<Violation> broken = simulation.violations().take();
    try {
      simulation.world().close();
      deleteFolder(directory);
    } catch (RuntimeException failed) {
      if (!broken.isEmpty()) {
        failed.addSuppressed(new ContractBrokenException(broken));
      }
      throw failed;
    }
    if (!broken.isEmpty()) {
      throw new ContractBrokenException(broken);
    }
  }
}
