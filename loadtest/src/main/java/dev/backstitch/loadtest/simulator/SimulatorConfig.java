package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import dev.backstitch.loadtest.simulator.world.WorldPlan;
import java.time.Duration;

/// Everything that can be chosen about a simulator before it starts.
///
/// @param world the repository, its students, and the seed of everything that happens there
/// @param graphQlLatency how long every GraphQL request takes
/// @param restLatency how long every REST request takes
/// @param hourlyLimit points per account, resource and hour; 1 to 1,000,000
/// @param quotaWindow how long that hour lasts: benchmarks have none to spare
/// @param secondaryLimits of requests at once, of points and writes a minute, of processor time
/// @param port 0 for any free port of the loopback
/// @param token the token that is valid from the start
/// @param login the account it belongs to
public record SimulatorConfig(
    WorldPlan world,
    Duration graphQlLatency,
    Duration restLatency,
    int hourlyLimit,
    Duration quotaWindow,
    SecondaryLimits.Limits secondaryLimits,
    int port,
    String token,
    String login) {

  /// What GitHub grants a user.
  public static final int GITHUB_HOURLY_LIMIT = 5_000;

  /// @throws IllegalArgumentException naming the component and its range
  public SimulatorConfig {
    if (graphQlLatency.isNegative() || restLatency.isNegative()) {
      throw new IllegalArgumentException(
          "latencies must not be negative: %s and %s".formatted(graphQlLatency, restLatency));
    }
    if (hourlyLimit < 1 || hourlyLimit > 1_000_000) {
      throw new IllegalArgumentException("hourlyLimit must be 1 to 1,000,000, not " + hourlyLimit);
    }
    if (!quotaWindow.isPositive()) {
      throw new IllegalArgumentException("quotaWindow must be positive, not " + quotaWindow);
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65,535, not " + port);
    }
  }

  /// A class of 185 with latencies as measured at GitHub: 350 ms for GraphQL, 120 ms for REST.
  public static SimulatorConfig likeGitHub() {
    return new SimulatorConfig(
        new WorldPlan("seam-school", "progress", 185, 1L),
        Duration.ofMillis(350),
        Duration.ofMillis(120),
        GITHUB_HOURLY_LIMIT,
        Duration.ofHours(1),
        SecondaryLimits.Limits.GITHUB,
        0,
        "simulated-token-of-sync-bot",
        "sync-bot");
  }

  /// The same without latency and without limits per minute, so that tests are fast.
  public static SimulatorConfig withoutLatency() {
    return likeGitHub().withLatency(Duration.ZERO, Duration.ZERO).withSecondaryLimits(false);
  }

  /// The same for another repository.
  public SimulatorConfig withRepository(String owner, String name) {
    return withWorld(new WorldPlan(owner, name, world.students(), world.seed()));
  }

  /// The same with so many students, 1 to 100,000.
  public SimulatorConfig withStudents(int students) {
    return withWorld(new WorldPlan(world.owner(), world.name(), students, world.seed()));
  }

  /// The same with another seed.
  public SimulatorConfig withSeed(long seed) {
    return withWorld(new WorldPlan(world.owner(), world.name(), world.students(), seed));
  }

  private SimulatorConfig withWorld(WorldPlan plan) {
    return new SimulatorConfig(
        plan,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        quotaWindow,
        secondaryLimits,
        port,
        token,
        login);
  }

  /// The same with other latencies.
  public SimulatorConfig withLatency(Duration graphQl, Duration rest) {
    return new SimulatorConfig(
        world, graphQl, rest, hourlyLimit, quotaWindow, secondaryLimits, port, token, login);
  }

  /// The same with another primary quota.
  public SimulatorConfig withHourlyLimit(int points) {
    return new SimulatorConfig(
        world,
        graphQlLatency,
        restLatency,
        points,
        quotaWindow,
        secondaryLimits,
        port,
        token,
        login);
  }

  /// The same with a window of another length than an hour.
  public SimulatorConfig withQuotaWindow(Duration window) {
    return new SimulatorConfig(
        world,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        window,
        secondaryLimits,
        port,
        token,
        login);
  }

  /// The same with or without the secondary limits.
  public SimulatorConfig withSecondaryLimits(boolean kept) {
    return withSecondaryLimits(secondaryLimits.withKept(kept));
  }

  /// The same with other secondary limits.
  public SimulatorConfig withSecondaryLimits(SecondaryLimits.Limits limits) {
    return new SimulatorConfig(
        world, graphQlLatency, restLatency, hourlyLimit, quotaWindow, limits, port, token, login);
  }

  /// The same on another port.
  public SimulatorConfig withPort(int newPort) {
    return new SimulatorConfig(
        world,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        quotaWindow,
        secondaryLimits,
        newPort,
        token,
        login);
  }

  /// The same with another token and account.
  public SimulatorConfig withToken(String newToken, String newLogin) {
    return new SimulatorConfig(
        world,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        quotaWindow,
        secondaryLimits,
        port,
        newToken,
        newLogin);
  }
}
