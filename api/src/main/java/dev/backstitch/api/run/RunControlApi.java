package dev.backstitch.api.run;

import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.api.http.RequestBody;
import dev.backstitch.api.http.Routes;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.TerminateResult;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What callers want of a run that exists: `/api/v1/runs/{id}/signals`, `/cancel`, `/terminate`.
///
/// Who they are is for the run's history only, and as good as their word: the body's `actor`, the
/// header `X-Backstitch-Actor`, the user name of Basic authentication, or nobody in particular.
public final class RunControlApi implements Routes {
  private static final String ACTOR_HEADER = "X-Backstitch-Actor";
  private static final String NOBODY_IN_PARTICULAR = "anonymous";

  private final Orchestrator orchestrator;

  /// Serves the runs of this engine, and of all others on its database.
  public RunControlApi(Orchestrator orchestrator) {
    this.orchestrator = orchestrator;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/api/v1/runs/{id}/signals", this::signal);
    routes.post("/api/v1/runs/{id}/cancel", this::cancel);
    routes.post("/api/v1/runs/{id}/terminate", this::terminate);
  }

  private void signal(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    RunId run = RunsApi.runId(ctx);
    JsonMembers body =
        JsonMembers.parse(
            RequestBody.json(ctx),
            "{\"name\": \"approve\", \"payload\": true}",
            List.of("name", "id", "payload", "actor"));
    SignalRequest signal =
        new SignalRequest(
            body.neededText("name", "the channel that the run reads"),
            body.text("id").orElseGet(() -> UUID.randomUUID().toString()),
            actor(ctx, body),
            body.raw("payload"));
    requireAccepted(run, orchestrator.signal(run, signal));
    ctx.status(202);
    RunsApi.answer(ctx, new RunDocuments.SignalDocument(run, signal.name(), signal.id()));
  }

  private void cancel(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    RunId run = RunsApi.runId(ctx);
    JsonMembers body = reasonBody(ctx);
    requireAccepted(
        run, orchestrator.cancel(run, actor(ctx, body), body.text("reason").orElse("")));
    ctx.status(202);
    answerRun(ctx, run);
  }

  private void terminate(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    RunId run = RunsApi.runId(ctx);
    JsonMembers body = reasonBody(ctx);
    switch (orchestrator.terminate(run, actor(ctx, body), body.text("reason").orElse(""))) {
      case TerminateResult.Terminated _ -> answerRun(ctx, run);
      case TerminateResult.AlreadyClosed(RunStatus status) ->
          throw ProblemException.runClosed(run.toString(), status.name());
      case TerminateResult.UnknownRun _ -> throw ProblemException.runNotFound(run.toString());
    }
  }

  private static JsonMembers reasonBody(Context ctx) throws IOException {
    return JsonMembers.parse(
        RequestBody.json(ctx), "{\"reason\": \"no longer needed\"}", List.of("reason", "actor"));
  }

  private static String actor(Context ctx, JsonMembers body) {
    return body.text("actor")
        .or(() -> Optional.ofNullable(ctx.header(ACTOR_HEADER)))
        .or(() -> Optional.ofNullable(ctx.header("Authorization")).flatMap(RunControlApi::user))
        .filter(name -> !name.isBlank())
        .orElse(NOBODY_IN_PARTICULAR);
  }

  /// The user name of Basic authentication, which the access guard leaves to whoever asks.
  private static Optional<String> user(String authorization) {
    String[] parts = authorization.strip().split(" +", 2);
    if (parts.length < 2 || !parts[0].equalsIgnoreCase("Basic")) {
      return Optional.empty();
    }
    try {
      String pair = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
      return Optional.of(pair.split(":", 2)[0]);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void requireAccepted(RunId run, SendResult result) {
    switch (result) {
      case SendResult.Accepted _ -> {}
      case SendResult.Closed(RunStatus status) ->
          throw ProblemException.runClosed(run.toString(), status.name());
      case SendResult.Full(int waiting) -> throw ProblemException.inboxFull(waiting);
      case SendResult.UnknownRun _ -> throw ProblemException.runNotFound(run.toString());
    }
  }

  private void answerRun(Context ctx, RunId id) throws IOException {
    RunsApi.answer(
        ctx,
        RunDocuments.RunDocument.of(
            orchestrator
                .describe(id)
                .orElseThrow(() -> ProblemException.runNotFound(id.toString()))));
  }
}
