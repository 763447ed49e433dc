package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.quota.QuotasApi;
import dev.backstitch.api.run.PostDocuments;
import dev.backstitch.api.run.RunDocuments;
import dev.backstitch.orchestrator.PostReader;
import dev.backstitch.orchestrator.RunControl;
import dev.backstitch.orchestrator.RunReader;
import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.TerminateResult;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Runs as the database has them, while no server works on it. What they are told waits for one,
/// apart from a termination.
final class StoredRuns implements RunSource {
  private static final int MOST_POSTS = 100;

  private final ObjectMapper json = EventCodec.mapper();
  private final RunReader runs;
  private final RunControl control;
  private final PostReader posts;
  private final AutoCloseable database;

  /// @param database closed with this
  StoredRuns(RunReader runs, RunControl control, PostReader posts, AutoCloseable database) {
    this.runs = runs;
    this.control = control;
    this.posts = posts;
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
  public JsonNode quotas() {
    return json.valueToTree(new QuotasApi.Quotas(runs.quotas()));
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
  public JsonNode signal(String runId, Signal signal) {
    String id = signal.id() == null ? UUID.randomUUID().toString() : signal.id();
    RunId run = RunId.parse(runId);
    requireAccepted(
        runId,
        control.signal(
            run,
            new SignalRequest(
                signal.name(), id, signal.actor(), Payload.ofJson(signal.payloadJson()))));
    return json.valueToTree(new RunDocuments.SignalDocument(run, signal.name(), id));
  }

  @Override
  public JsonNode cancel(String runId, Wish wish) {
    requireAccepted(runId, control.cancel(RunId.parse(runId), wish.actor(), wish.reason()));
    return run(runId);
  }

  @Override
  public JsonNode terminate(String runId, Wish wish) {
    return switch (control.terminate(RunId.parse(runId), wish.actor(), wish.reason())) {
      case TerminateResult.Terminated _ -> run(runId);
      case TerminateResult.AlreadyClosed(RunStatus status) -> throw closed(runId, status);
      case TerminateResult.UnknownRun _ -> throw noSuchRun(runId);
    };
  }

  @Override
  public JsonNode outbox(@Nullable String target) {
    return json.valueToTree(
        PostDocuments.OutboxDocument.of(
            posts.targets(target, MOST_POSTS), posts.undelivered(target, MOST_POSTS)));
  }

  @Override
  public JsonNode redrive(String target, @Nullable String key) {
    int redriven =
        posts
            .redrive(target, key)
            .orElseThrow(
                () -> new CommandFailedException("Nothing was ever posted to " + target + "."));
    return json.valueToTree(new PostDocuments.RedrivenDocument(target, redriven));
  }

  private static void requireAccepted(String id, SendResult result) {
    switch (result) {
      case SendResult.Accepted _ -> {}
      case SendResult.Closed(RunStatus status) -> throw closed(id, status);
      case SendResult.Full(int waiting) ->
          throw new CommandFailedException(
              "Run " + id + " has not taken " + waiting + " messages yet. Try again later.");
      case SendResult.UnknownRun _ -> throw noSuchRun(id);
    }
  }

  private static CommandFailedException closed(String id, RunStatus status) {
    return new CommandFailedException(
        "Run " + id + " has ended as " + status + ", and takes nothing any more.");
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
