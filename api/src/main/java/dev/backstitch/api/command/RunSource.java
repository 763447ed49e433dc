package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Where runs can be looked at. Documents are those of the HTTP API.
public sealed interface RunSource extends AutoCloseable permits ServedRuns, StoredRuns {

  /// Which runs to list.
  ///
  /// @param status null, or the name of a status
  record Wanted(
      @Nullable String workflow, @Nullable String status, @Nullable String key, int limit) {}

  /// A page of runs, newest first.
  JsonNode list(Wanted wanted);

  /// One run.
  ///
  /// @throws CommandFailedException if there is none
  JsonNode run(String id);

  /// How a run stands or ended.
  ///
  /// @throws CommandFailedException if there is none
  JsonNode result(String id);

  /// A page of a run's events.
  ///
  /// @throws CommandFailedException if there is no such run
  JsonNode events(String id, int after, int limit);

  @Override
  void close();
}
