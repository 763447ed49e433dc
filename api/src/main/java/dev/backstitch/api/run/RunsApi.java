package dev.backstitch.api.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.api.http.RequestBody;
import dev.backstitch.api.http.Routes;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.run.StartResult;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `/api/v1/runs`.
public final class RunsApi implements Routes, AutoCloseable {
  private static final ObjectMapper JSON = EventCodec.mapper();
  private static final int RUNS_DEFAULT = 50;
  private static final int RUNS_MOST = 500;
  private static final int EVENTS_DEFAULT = 100;
  private static final int EVENTS_MOST = 1_000;
  private static final Duration WAIT_SLICE = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final Orchestrator orchestrator;
  private final EventStreams streams;
  private volatile boolean stopping;

  /// Serves the runs of this engine.
  public RunsApi(Orchestrator orchestrator, EventStreams streams) {
    this.orchestrator = orchestrator;
    this.streams = streams;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/api/v1/runs", this::start);
    routes.get("/api/v1/runs", this::list);
    routes.get("/api/v1/runs/{id}", this::describe);
    routes.get("/api/v1/runs/{id}/events", this::events);
    routes.get("/api/v1/runs/{id}/result", this::result);
    routes.get("/api/v1/runs/{id}/stream", this::stream);
  }

  private void start(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    StartRequest request = StartBody.parse(RequestBody.json(ctx));
    if (!orchestrator.workflows().contains(request.workflow())) {
      throw ProblemException.unprocessable(
          "workflow",
          "There is no workflow '"
              + request.workflow()
              + "'. Allowed: "
              + String.join(", ", orchestrator.workflows())
              + ".",
          orchestrator.workflows());
    }
    StartResult started = orchestrator.start(request);
    ctx.header("Location", "/api/v1/runs/" + started.runId());
    ctx.status(
        switch (started) {
          case StartResult.Started _ -> 201;
          case StartResult.AlreadyOpen _ -> 200;
        });
    answer(ctx, RunDocuments.RunDocument.of(find(started.runId())));
  }

  private void list(Context ctx) throws IOException {
    var parameters = QueryParameters.of(ctx, "workflow", "status", "key", "limit", "cursor");
    int limit = parameters.number("limit", 1, RUNS_MOST).orElse(RUNS_DEFAULT);
    var filter =
        new RunFilter(
            parameters.text("workflow").orElse(null),
            parameters.oneOf("status", RunStatus.class).orElse(null),
            parameters.text("key").orElse(null),
            parameters.text("cursor").map(RunsApi::cursor).orElse(null),
            limit + 1);
    answer(ctx, RunDocuments.RunPage.of(orchestrator.list(filter), limit));
  }

  private static RunId cursor(String text) {
    try {
      return RunId.parse(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.invalidParameter(
          "cursor",
          "'cursor' must be the 'next' of the page before, was '" + text + "'.",
          List.of());
    }
  }

  private void describe(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    answer(ctx, RunDocuments.RunDocument.of(find(runId(ctx))));
  }

  private void events(Context ctx) throws IOException {
    var parameters = QueryParameters.of(ctx, "after", "limit");
    int after = parameters.number("after", 0, Integer.MAX_VALUE).orElse(0);
    int limit = parameters.number("limit", 1, EVENTS_MOST).orElse(EVENTS_DEFAULT);
    RunId id = find(runId(ctx)).id();
    answer(ctx, RunDocuments.EventsDocument.of(id, orchestrator.history(id, after, limit)));
  }

  /// Waits in slices, so that a server that stops need not wait for those who wait.
  private void result(Context ctx) throws IOException {
    var parameters = QueryParameters.of(ctx, "wait");
    Duration wait = parameters.duration("wait", LONGEST_WAIT).orElse(Duration.ZERO);
    RunId id = runId(ctx);
    long until = System.nanoTime() + wait.toNanos();
    Optional<RunResult> result = orchestrator.result(id, Duration.ZERO);
    while (result.isPresent()
        && result.get() instanceof RunResult.Open
        && !stopping
        && System.nanoTime() < until) {
      Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
      result = orchestrator.result(id, left.compareTo(WAIT_SLICE) < 0 ? left : WAIT_SLICE);
    }
    answer(
        ctx,
        result
            .map(known -> RunDocuments.ResultDocument.of(id, known))
            .orElseThrow(() -> ProblemException.runNotFound(id.toString())));
  }

  private void stream(Context ctx) throws IOException {
    QueryParameters.of(ctx, "after");
    streams.serve(ctx, find(runId(ctx)).id());
  }

  /// Sends those home who wait for a result: they get what is known.
  @Override
  public void close() {
    stopping = true;
  }

  private Run find(RunId id) {
    return orchestrator.describe(id).orElseThrow(() -> ProblemException.runNotFound(id.toString()));
  }

  /// The id in the path.
  ///
  /// @throws ProblemException if it can't be one
  public static RunId runId(Context ctx) {
    try {
      return RunId.parse(ctx.pathParam("id"));
    } catch (IllegalArgumentException e) {
      throw ProblemException.invalidParameter("id", String.valueOf(e.getMessage()), List.of());
    }
  }

  static void answer(Context ctx, Object document) throws IOException {
    ctx.contentType("application/json").result(json(document));
  }

  static byte[] json(Object document) throws JsonProcessingException {
    return JSON.writeValueAsBytes(document);
  }
}
