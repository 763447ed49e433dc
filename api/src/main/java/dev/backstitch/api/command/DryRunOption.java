package dev.backstitch.api.command;

import picocli.CommandLine.Option;

/// Whether a change is only to be shown.
final class DryRunOption {
  @Option(names = "--dry-run", description = "Only print what would change.")
  private boolean given;

  boolean isGiven() {
    return given;
  }

  /// As a parameter of the API.
  String parameter() {
    return "dryRun=" + given;
  }
}
