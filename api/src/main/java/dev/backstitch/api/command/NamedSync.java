package dev.backstitch.api.command;

import java.util.function.ToIntFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The sync that a command is about, and the server that has it.
final class NamedSync {
  @Mixin private AnyServer server = new AnyServer();

  @Parameters(paramLabel = "NAME", description = "The sync.")
  private String name = "";

  String name() {
    return name;
  }

  /// Where the API has it.
  String path() {
    return SyncsFile.path(name);
  }

  /// Does something at the server.
  ///
  /// @return the exit code
  int with(Environment environment, ToIntFunction<ApiClient> work) {
    return server.with(environment, work);
  }
}
