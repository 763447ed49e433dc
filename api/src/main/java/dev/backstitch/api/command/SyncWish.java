package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which sync is to be what by options, and how that is shown.
final class SyncWish {
  @Mixin private NamedSync sync = new NamedSync();
  @Mixin private SyncOptions options = new SyncOptions();
  @Mixin private DryRunOption dryRun = new DryRunOption();

  @Option(names = "--json", description = "Print what changed as JSON.")
  private boolean json;

  /// What was given about the sync.
  SyncOptions options() {
    return options;
  }

  /// Where the API has the sync.
  String path() {
    return sync.path();
  }

  /// Does something at the server.
  ///
  /// @return the exit code
  int with(Environment environment, ToIntFunction<ApiClient> work) {
    return sync.with(environment, work);
  }

  /// Puts the sync, and prints what became of it.
  ///
  /// @param version the one that it replaces; 0 if there must be none
  void put(SyncChanges changes, JsonNode config, int version) {
    String parameters = "version=" + version + "&" + dryRun.parameter();
    changes.show(sync.name(), changes.put(sync.name(), config, parameters), json);
  }
}
