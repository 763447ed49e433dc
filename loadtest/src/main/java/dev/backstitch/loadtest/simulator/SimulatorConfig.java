package dev.backstitch.loadtest.simulator;

import java.time.Duration;

/// Everything that can be chosen about a simulator before it starts.
///
/// @param owner owner of the base repository
/// @param name name of the base repository and of all forks
/// @param students how many students with an open pull request, 1 to 100,000
/// @param seed decides names, files and all later changes of the world
/// @param graphQlLatency how long every GraphQL request takes
/// @param restLatency how long every REST request takes
/// @param hourlyLimit points per account, resource and hour; 1 to 1,000,000
/// @param secondaryLimits whether GitHub's limits per minute and of requests at once are kept
/// @param port 0 for any free port of the loopback
/// @param token the token that is valid from the start
/// @param login the account it belongs to
public record SimulatorConfig(
    String owner,
    String name,
    int students,
    long seed,
    Duration graphQlLatency,
    Duration restLatency,
    int hourlyLimit,
    boolean secondaryLimits,
    int port,
    String token,
    String login) {

  /// What GitHub grants a user.
  public static final int GITHUB_HOURLY_LIMIT = 5_000;

  public SimulatorConfig {
    if (students < 1 || students > 100_000) {
      throw new IllegalArgumentException("students must be 1 to 100,000, not " + students);
    }
    if (graphQlLatency.isNegative() || restLatency.isNegative()) {
      throw new IllegalArgumentException("A latency cannot be negative");
    }
    if (hourlyLimit < 1 || hourlyLimit > 1_000_000) {
      throw new IllegalArgumentException("hourlyLimit must be 1 to 1,000,000, not " + hourlyLimit);
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65,535, not " + port);
    }
  }

  /// A class of 185 with latencies as measured at GitHub: 350 ms for GraphQL, 120 ms for REST.
  public static SimulatorConfig likeGitHub() {
    return new SimulatorConfig(
        "seam-school",
        "progress",
        185,
        1L,
        Duration.ofMillis(350),
        Duration.ofMillis(120),
        GITHUB_HOURLY_LIMIT,
        true,
        0,
        "simulated-token-of-sync-bot",
        "sync-bot");
  }

  /// The same without latency and without limits per minute, so that tests are fast.
  public static SimulatorConfig withoutLatency() {
    return likeGitHub().withLatency(Duration.ZERO, Duration.ZERO).withSecondaryLimits(false);
  }

  public SimulatorConfig withRepository(String newOwner, String newName) {
    return new SimulatorConfig(
        newOwner,
        newName,
        students,
        seed,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        secondaryLimits,
        port,
        token,
        login);
  }

  public SimulatorConfig withStudents(int count) {
    return new SimulatorConfig(
        owner,
        name,
        count,
        seed,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        secondaryLimits,
        port,
        token,
        login);
  }

  public SimulatorConfig withSeed(long newSeed) {
    return new SimulatorConfig(
        owner,
        name,
        students,
        newSeed,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        secondaryLimits,
        port,
        token,
        login);
  }

  public SimulatorConfig withLatency(Duration graphQl, Duration rest) {
    return new SimulatorConfig(
        owner,
        name,
        students,
        seed,
        graphQl,
        rest,
        hourlyLimit,
        secondaryLimits,
        port,
        token,
        login);
  }

  public SimulatorConfig withHourlyLimit(int points) {
    return new SimulatorConfig(
        owner,
        name,
        students,
        seed,
        graphQlLatency,
        restLatency,
        points,
        secondaryLimits,
        port,
        token,
        login);
  }

  public SimulatorConfig withSecondaryLimits(boolean kept) {
    return new SimulatorConfig(
        owner,
        name,
        students,
        seed,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        kept,
        port,
        token,
        login);
  }

  public SimulatorConfig withPort(int newPort) {
    return new SimulatorConfig(
        owner,
        name,
        students,
        seed,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        secondaryLimits,
        newPort,
        token,
        login);
  }

  public SimulatorConfig withToken(String newToken, String newLogin) {
    return new SimulatorConfig(
        owner,
        name,
        students,
        seed,
        graphQlLatency,
        restLatency,
        hourlyLimit,
        secondaryLimits,
        port,
        newToken,
        newLogin);
  }
}
