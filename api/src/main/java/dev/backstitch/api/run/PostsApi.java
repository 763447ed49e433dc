package dev.backstitch.api.run;

import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.api.http.RequestBody;
import dev.backstitch.api.http.Routes;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.PostReader;
import dev.backstitch.orchestrator.run.RunId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;

/// `/api/v1/outbox`, and what a run has posted.
public final class PostsApi implements Routes {
  private static final int POSTS_MOST = 1_000;
  private static final int OUTBOX_DEFAULT = 100;

  private final Orchestrator orchestrator;
  private final PostReader posts;

  /// Serves the outbox of this engine's database.
  public PostsApi(Orchestrator orchestrator) {
    this.orchestrator = orchestrator;
    this.posts = orchestrator.posts();
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/runs/{id}/posts", this::ofRun);
    routes.get("/api/v1/outbox", this::outbox);
    routes.post("/api/v1/outbox/redrive", this::redrive);
  }

  private void ofRun(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    RunId id = RunsApi.runId(ctx);
    if (orchestrator.describe(id).isEmpty()) {
      throw ProblemException.runNotFound(id.toString());
    }
    // The sums behind the posts: a post that is shown as delivered is counted as delivered.
    List<PostDocuments.PostDocument> shown =
        posts.ofRun(id, POSTS_MOST).stream().map(PostDocuments.PostDocument::of).toList();
    RunsApi.answer(ctx, new PostDocuments.RunPostsDocument(id, posts.talliesOf(id), shown));
  }

  private void outbox(Context ctx) throws IOException {
    var parameters = QueryParameters.of(ctx, "target", "limit");
    String target = parameters.text("target").orElse(null);
    int limit = parameters.number("limit", 1, POSTS_MOST).orElse(OUTBOX_DEFAULT);
    RunsApi.answer(
        ctx,
        PostDocuments.OutboxDocument.of(
            posts.targets(target, limit), posts.undelivered(target, limit)));
  }

  private void redrive(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    JsonMembers body =
        JsonMembers.parse(
            RequestBody.json(ctx),
            "{\"target\": \"kind:place\", \"key\": \"what\"}",
            List.of("target", "key"));
    String target = body.neededText("target", "as the outbox shows it");
    int redriven =
        posts
            .redrive(target, body.text("key").orElse(null))
            .orElseThrow(() ->
                ProblemException.unprocessable(
                    "target", "Nothing was ever posted to '" + target + "'.", List.of()));
    RunsApi.answer(ctx, new PostDocuments.RedrivenDocument(target, redriven));
  }
}
