package dev.backstitch.api.command;

import picocli.CommandLine.Option;

/// Who asks for something, for the run's history.
final class ActorOption {
  @Option(
      names = "--actor",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description = "Who asks, for the run's history. Default: ${DEFAULT-VALUE}.")
  private String name = "";

  String name() {
    return name;
  }
}
