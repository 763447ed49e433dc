package dev.backstitch.loadtest.demo;

import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.contract.ContractBrokenException;

/// How a process ends that has a simulator.
final class Ending {
  private static final int BROKEN = 1;

  private Ending() {}

  /// Closes the simulator, as the last thing of a shutdown hook. When GitHub's contract was broken,
  /// it says so and ends the process with 1, whatever was to be its exit code.
  static void close(GitHubSimulator simulator, Output output) {
    try {
      simulator.close();
    } catch (ContractBrokenException broken) {
      output.say(String.valueOf(broken.getMessage()));
      // The exit code is decided before hooks run; only so it becomes another.
      Runtime.getRuntime().halt(BROKEN);
    }
  }
}
