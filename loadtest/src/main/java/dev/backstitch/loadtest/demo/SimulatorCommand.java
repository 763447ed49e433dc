package dev.backstitch.loadtest.demo;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.api.command.Output;
import dev.backstitch.api.command.Stop;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs the simulated GitHub on its own, for trying `sync` or any other client against it.
@Command(
    name = "simulator",
    description = {
      "Run a simulated GitHub: a class of students, their pull requests, latencies and limits.",
      "It listens on the loopback and keeps nothing. Faults, the world, the quota and the time are",
      "changed while it runs by requests below /_simulator: see docs/simulator.md. When it is stopped",
      "and GitHub's contract was broken meanwhile, it says how, and exits with 1."
    })
public final class SimulatorCommand implements Callable<Integer> {
  private final Output output = new Output();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8086",
      description = "Port to listen on, 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port = 8086;

  @Option(
      names = "--students",
      paramLabel = "N",
      defaultValue = "185",
      description = "How many students there are, 1 to 20000. Default: ${DEFAULT-VALUE}.")
  private int students = 185;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides the students and what they push. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--fast",
      description = "Answer at once, and without limits of a minute: for tests.")
  private boolean fast;

  @Option(
      names = "--processor-seconds",
      paramLabel = "S",
      defaultValue = "0",
      description = {
        "Seconds of answering that a caller gets in a minute, 0 to 86400, two thirds of them for",
        "GraphQL; GitHub grants 90. 0 is for any, as is --fast. Default: ${DEFAULT-VALUE}."
      })
  private int processorSeconds;

  @Override
  public Integer call() {
    inRange("--students", students, 1, 20_000);
    inRange("--processor-seconds", processorSeconds, 0, 86_400);
    if (fast && processorSeconds > 0) {
      throw new IllegalArgumentException("--fast keeps no --processor-seconds");
    }
    SimulatorConfig config = fast ? SimulatorConfig.withoutLatency() : SimulatorConfig.likeGitHub();
    SecondaryLimits.Limits limits =
        config
            .secondaryLimits()
            .withProcessorTime(processorSeconds, Math.ceilDiv(2 * processorSeconds, 3));
    GitHubSimulator simulator =
        GitHubSimulator.start(
            config
                .withStudents(students)
                .withSeed(seed)
                .withPort(port)
                .withSecondaryLimits(limits));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Ending.close(simulator, output), "stop"));
    output.print("Simulated GitHub: " + simulator.apiUrl() + " (Ctrl-C stops it)");
    output.print("Sync its repository with:");
    output.print(
        "  GITHUB_TOKEN="
            + simulator.token()
            + " BACKSTITCH_GITHUB_QUOTA_OWNER=user:"
            + simulator.login()
            + " ./backstitch sync "
            + simulator.repository()
            + " --api-url "
            + simulator.apiUrl());
    output.print("Look at it and change it: curl " + simulator.apiUrl() + "/_simulator");
    Stop.await();
    return 0;
  }
}
