package dev.backstitch.api.page;

import dev.backstitch.api.http.ErrorPage;
import dev.backstitch.api.http.Problem;
import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.api.http.Routes;
import dev.backstitch.api.sync.Syncs;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;

/// All pages.
public final class Pages implements Routes, ErrorPage {
  private static final int RUNS_PER_PAGE = 50;

  private final Orchestrator orchestrator;
  private final Assets assets;
  private final Templates templates;
  private final RunPages runPages;
  private final SyncPages syncPages;
  private final Clock clock;

  /// Pages about the runs of this engine, and its syncs.
  public Pages(Orchestrator orchestrator, Syncs syncs, Clock clock) {
    this.orchestrator = orchestrator;
    this.assets = new Assets();
    this.templates = new Templates(assets);
    this.runPages = new RunPages(orchestrator, templates, clock);
    this.syncPages = new SyncPages(syncs, templates, clock);
    this.clock = clock;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/", this::list);
    routes.get("/quotas", this::quotas);
    runPages.addTo(routes);
    syncPages.addTo(routes);
    assets.addTo(routes);
  }

  private void list(Context ctx) {
    var parameters = QueryParameters.of(ctx, "workflow", "status", "key", "cursor");
    var filter =
        new RunFilter(
            parameters.text("workflow").orElse(null),
            parameters.oneOf("status", RunStatus.class).orElse(null),
            parameters.text("key").map(String::strip).filter(key -> !key.isEmpty()).orElse(null),
            parameters.text("cursor").map(Pages::cursor).orElse(null),
            RUNS_PER_PAGE + 1);
    templates.answer(
        ctx,
        "runs.jte",
        RunListPage.of(
            filter, orchestrator.list(filter), orchestrator.workflows(), clock.instant()));
  }

  private void quotas(Context ctx) {
    QueryParameters.of(ctx);
    templates.answer(ctx, "quotas.jte", QuotaPage.of(orchestrator.quotas(), clock.instant()));
  }

  private static RunId cursor(String text) {
    try {
      return RunId.parse(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.invalidParameter(
          "cursor", "'cursor' must be the id of a run, was '" + text + "'.", List.of());
    }
  }

  @Override
  public byte[] render(Problem problem) {
    return templates.render("problem.jte", problem);
  }
}
