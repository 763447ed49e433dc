package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Where runs can be looked at and spoken to. Documents are those of the HTTP API.
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

  /// A signal to a run.
  ///
  /// @param id null to have one made up
  /// @param payloadJson valid JSON
  record Signal(String name, @Nullable String id, String actor, String payloadJson) {}

  /// Who asks for something, and why.
  record Wish(String actor, String reason) {}

  /// Sends a signal; says under which id.
  ///
  /// @throws CommandFailedException if the run can't be signalled
  JsonNode signal(String runId, Signal signal);

  /// Asks a run to end; the run as it stands.
  ///
  /// @throws CommandFailedException if the run can't be cancelled
  JsonNode cancel(String runId, Wish wish);

  /// Ends a run by force; the run as it ended.
  ///
  /// @throws CommandFailedException if the run can't be terminated
  JsonNode terminate(String runId, Wish wish);

  /// What is known of every quota.
  JsonNode quotas();

  /// What is not delivered.
  ///
  /// @param target null for all
  JsonNode outbox(@Nullable String target);

  /// Gives dead posts another life.
  ///
  /// @param key null for all dead posts of the target
  /// @throws CommandFailedException if nothing was ever posted to such a target
  JsonNode redrive(String target, @Nullable String key);

  @Override
  void close();
}
