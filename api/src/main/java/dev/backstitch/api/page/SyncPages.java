package dev.backstitch.api.page;

import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.api.http.Routes;
import dev.backstitch.api.sync.Syncs;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Clock;
import java.util.List;

/// The page of configured syncs, with its buttons.
final class SyncPages implements Routes {
  private final Syncs syncs;
  private final Templates templates;
  private final Clock clock;

  SyncPages(Syncs syncs, Templates templates, Clock clock) {
    this.syncs = syncs;
    this.templates = templates;
    this.clock = clock;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/syncs", this::list);
    routes.post("/syncs/{name}/runs", ctx -> start(ctx, false));
    routes.post("/syncs/{name}/dry-runs", ctx -> start(ctx, true));
  }

  private void list(Context ctx) {
    QueryParameters.of(ctx);
    templates.answer(ctx, "syncs.jte", SyncListPage.of(syncs.list(), clock.instant()));
  }

  /// Shows the run that was started, or all syncs if there are several.
  private void start(Context ctx, boolean dryRun) {
    String name = ctx.pathParam("name");
    List<Syncs.Asked> asked =
        syncs.start(name, dryRun).orElseThrow(() -> ProblemException.syncNotFound(name));
    ctx.redirect(
        asked.size() == 1 ? "/runs/" + asked.getFirst().runId() : "/syncs", HttpStatus.SEE_OTHER);
  }
}
