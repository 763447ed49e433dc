package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.run.RunDocuments;
import dev.backstitch.orchestrator.RunReader;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Runs as the database has them, while no server works on it.
final class StoredRuns implements RunSource {
  private final ObjectMapper json = EventCodec.mapper();
  private final RunReader runs;
  private final AutoCloseable database;

  /// @param database closed with this
  StoredRuns(RunReader runs, AutoCloseable database) {
    this.runs = runs;
    this.database = database;
  }

  @Override
  public JsonNode list(Wanted wanted) {
    RunFilter filter =
        new RunFilter(
            wanted.workflow(), status(wanted.status()), wanted.key(), null, wanted.limit() + 1);
    return json.valueToTree(RunDocuments.RunPage.of(runs.list(filter), wanted.limit()));
  }

  @Override
  public JsonNode run(String id) {
    return json.valueToTree(
        RunDocuments.RunDocument.of(
            runs.describe(RunId.parse(id)).orElseThrow(() -> noSuchRun(id))));
  }

  @Override
  public JsonNode result(String id) {
    RunId runId = RunId.parse(id);
    return json.valueToTree(
        RunDocuments.ResultDocument.of(runId, runs.result(runId).orElseThrow(() -> noSuchRun(id))));
  }

  @Override
  public JsonNode events(String id, int after, int limit) {
    run(id);
    RunId runId = RunId.parse(id);
    return json.valueToTree(
        RunDocuments.EventsDocument.of(runId, runs.history(runId, after, limit)));
  }

  @Override
  public void close() {
    try {
      database.close();
    } catch (Exception e) {
      throw new CommandFailedException("The database could not be closed: " + e.getMessage(), e);
    }
  }

  private static @Nullable RunStatus status(@Nullable String name) {
    if (name == null) {
      return null;
    }
    try {
      return RunStatus.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--status must be running, stuck, completed, failed, cancelled or terminated, was "
              + name,
          e);
    }
  }

  private static CommandFailedException noSuchRun(String id) {
    return new CommandFailedException("There is no run " + id + ".");
  }
}
