package dev.backstitch.api.command;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which run shall end, and what is written down about it.
final class EndingOptions {
  @Mixin private ActorOption actor = new ActorOption();

  @Parameters(paramLabel = "ID", description = "The run's id.")
  private String id = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Why, for the run's history.")
  private String reason = "";

  @Option(names = "--json", description = "Print the run as JSON.")
  private boolean json;

  String id() {
    return id;
  }

  RunSource.Wish wish() {
    return new RunSource.Wish(actor.name(), reason);
  }

  boolean json() {
    return json;
  }
}
