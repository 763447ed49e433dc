package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Credentials;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.contract.OpenApiContract;
import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.contract.Violations;
import dev.backstitch.loadtest.simulator.fault.Faults;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.graphql.GraphQlApi;
import dev.backstitch.loadtest.simulator.http.HttpListener;
import dev.backstitch.loadtest.simulator.quota.QuotaBook;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import dev.backstitch.loadtest.simulator.world.WorldPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A simulated GitHub: an HTTP server on the loopback with a real git repository behind it.
///
/// Thread-safe. Its state is gone when it is closed.
public final class GitHubSimulator implements AutoCloseable {

  private static final long FIRST_ACCOUNT_ID = 9_000_001L;

  private final SimulatorConfig config;
  private final Path directory;
  private final SimulatorClock clock;
  private final SyncWorld world;
  private final Credentials credentials = new Credentials();
  private final Account account;
  private final QuotaBook quotas;
  private final SecondaryLimits secondaryLimits;
  private final Faults faults;
  private final Violations violations = new Violations();
  private final Tally tally = new Tally();
  private final HttpListener listener;

  private GitHubSimulator(SimulatorConfig config, Path directory) {
    this.config = config;
    this.directory = directory;
    this.clock = new SimulatorClock(Clock.systemUTC());
    this.account = Account.user(FIRST_ACCOUNT_ID, config.login());
    this.credentials.add(config.token(), account);
    this.quotas = new QuotaBook(clock, config.hourlyLimit());
    this.secondaryLimits = new SecondaryLimits(clock, config.secondaryLimits());
    this.faults = new Faults(clock);
    this.world =
        SyncWorld.create(
            directory.resolve("network.git"),
            clock,
            new WorldPlan(config.owner(), config.name(), config.students(), config.seed()));
    var headers = new AnswerHeaders(clock, config.seed());
    this.listener =
        HttpListener.start(
            config.port(),
            new FrontDoor(
                config,
                world,
                credentials,
                new FrontDoor.Limits(quotas, secondaryLimits),
                faults,
                headers,
                tally,
                new FrontDoor.Desks(
                    new GraphQlDesk(world.forge(), headers, tally, violations),
                    new RestDesk(world.forge(), clock, quotas, violations))));
  }

  /// Makes the world and starts to listen.
  ///
  /// @throws UncheckedIOException when there is no room for the repository or the port is taken
  public static GitHubSimulator start(SimulatorConfig config) {
    // GitHub's schemas load while the world is made; a request that comes too early waits for them.
    Thread.ofPlatform().daemon().name("simulator-graphql").start(GraphQlApi::shared);
    Thread.ofPlatform().daemon().name("simulator-openapi").start(OpenApiContract::shared);
    try {
      return new GitHubSimulator(config, Files.createTempDirectory("backstitch-simulator-"));
    } catch (IOException e) {
      throw new UncheckedIOException("The simulator cannot make its folder", e);
    }
  }

  /// The API's address, without a slash at the end; GraphQL is at its `/graphql`. With `/api/v3`
  /// behind it the same API speaks as an Enterprise server does, with GraphQL at `/api/graphql`.
  public URI apiUrl() {
    return URI.create("http://127.0.0.1:" + listener.port());
  }

  /// A token that may read everything and commit to the base repository.
  public String token() {
    return config.token();
  }

  /// The base repository's `OWNER/NAME`.
  public String repository() {
    return world.repository();
  }

  public SyncWorld world() {
    return world;
  }

  public Counts counts() {
    return tally.counts();
  }

  public Faults faults() {
    return faults;
  }

  /// Everything that broke GitHub's contract; empty after a good test.
  public List<Violation> violations() {
    return violations.all();
  }

  /// Time as the simulator sees it: quota windows and periods of faults follow it.
  public SimulatorClock clock() {
    return clock;
  }

  /// What is left of the quota of [#token]'s account.
  public QuotaState quota(QuotaResource resource) {
    return quotas.state(account, resource);
  }

  /// Sets what is left of the quota of [#token]'s account, as if others had spent the rest.
  public void setRemaining(QuotaResource resource, int remaining) {
    quotas.setRemaining(account, resource, remaining);
  }

  /// Makes another token valid, for the same account when the login is the same.
  public void addToken(String token, User user) {
    credentials.add(token, Account.user(user.id(), user.login()));
  }

  /// Makes a token invalid: 401 from now on.
  public void revokeToken(String token) {
    credentials.revoke(token);
  }

  /// The most requests of one account that ever ran at once.
  public int mostAtOnce() {
    return secondaryLimits.mostAtOnce();
  }

  /// Takes the API off the network: connections are refused, open ones break, until [#comeBack].
  public void goDown() {
    listener.refuse();
  }

  /// Listens again at the same address.
  public void comeBack() {
    listener.listen();
  }

  @Override
  public void close() {
    listener.close();
    world.close();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The simulator's folder could not be removed", e);
    }
  }
}
