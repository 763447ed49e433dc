package dev.backstitch.api.page;

import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.api.http.Routes;
import dev.backstitch.api.run.RunsApi;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;

/// The page of a run, and of one of its events.
final class RunPages implements Routes {
  private static final int EVENTS_PER_PAGE = 50;
  private static final int CALLS_PER_PAGE = 100;
  private static final List<String> PARAMETERS = List.of("type", "order", "cursor", "expand");

  private final Orchestrator orchestrator;
  private final Outlines outlines;
  private final Templates templates;
  private final Clock clock;

  RunPages(Orchestrator orchestrator, Templates templates, Clock clock) {
    this.orchestrator = orchestrator;
    this.outlines = new Outlines(orchestrator);
    this.templates = templates;
    this.clock = clock;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/runs/{id}", this::run);
    routes.get("/runs/{id}/events/{seq}", this::event);
  }

  private void run(Context ctx) {
    RunPageRequest request = request(ctx);
    Run run = find(RunsApi.runId(ctx));
    // Everything that is drawn is read first, so that the outline is held for no query.
    RunPage page =
        outlines.look(
            run.id(),
            outline ->
                new RunPageDrawing(run, request, outline, clock.instant()).page(read(run.id())));
    List<PostLine> posts =
        orchestrator.posts().talliesOf(run.id()).stream().map(PostLine::of).toList();
    templates.answer(ctx, "run.jte", page.withPosts(posts));
  }

  private RunPageDrawing.Reader read(RunId id) {
    return seqs -> EventsBySeq.read(orchestrator, id, seqs);
  }

  private static RunPageRequest request(Context ctx) {
    var parameters = QueryParameters.of(ctx, PARAMETERS, List.of("expand"));
    return new RunPageRequest(
        parameters.text("type").orElse(""),
        parameters.oneOf("order", List.of("newest", "oldest")).orElse("newest"),
        parameters.number("cursor", 1, Integer.MAX_VALUE).orElse(null),
        parameters.texts("expand"),
        EVENTS_PER_PAGE,
        CALLS_PER_PAGE);
  }

  private void event(Context ctx) {
    QueryParameters.of(ctx);
    Run run = find(RunsApi.runId(ctx));
    int seq = seq(ctx);
    RecordedEvent recorded = EventsBySeq.read(orchestrator, run.id(), List.of(seq)).get(seq);
    if (recorded == null) {
      throw ProblemException.eventNotFound(run.id().toString(), seq);
    }
    EventPage page = outlines.look(run.id(), outline -> EventPage.of(run, recorded, outline));
    templates.answer(ctx, "event.jte", page);
  }

  private static int seq(Context ctx) {
    try {
      int seq = Integer.parseInt(ctx.pathParam("seq"));
      if (seq >= 1) {
        return seq;
      }
    } catch (NumberFormatException e) {
      // Told below, with what is allowed.
    }
    throw ProblemException.invalidParameter(
        "seq",
        "'seq' must be a whole number from 1, was '" + ctx.pathParam("seq") + "'.",
        List.of());
  }

  private Run find(RunId id) {
    return orchestrator.describe(id).orElseThrow(() -> ProblemException.runNotFound(id.toString()));
  }
}
