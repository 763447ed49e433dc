package dev.backstitch.api.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.api.http.RequestBody;
import dev.backstitch.api.http.Routes;
import dev.backstitch.orchestrator.InvalidRequestException;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.ValueCodec;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `/api/v1/syncs`.
public final class SyncsApi implements Routes {
  private static final ObjectMapper JSON = EventCodec.mapper();
  private static final ValueCodec VALUES = new ValueCodec();
  private static final List<String> FLAG = List.of("true", "false");
  private static final int RUNS_DEFAULT = 50;
  private static final int RUNS_MOST = 500;

  private final Syncs syncs;
  private final Runnable whenChanged;

  /// Serves these syncs.
  ///
  /// @param whenChanged told when something may be due earlier
  public SyncsApi(Syncs syncs, Runnable whenChanged) {
    this.syncs = syncs;
    this.whenChanged = whenChanged;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/syncs", this::list);
    routes.get("/api/v1/syncs/{name}", this::get);
    routes.put("/api/v1/syncs/{name}", this::put);
    routes.delete("/api/v1/syncs/{name}", this::delete);
    routes.get("/api/v1/syncs/{name}/runs", this::runs);
    routes.post("/api/v1/syncs/{name}/runs", this::start);
  }

  private void list(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    answer(ctx, new SyncDocuments.SyncList(syncs.list()));
  }

  private void get(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    answer(ctx, found(ctx));
  }

  private void put(Context ctx) throws IOException {
    var parameters = QueryParameters.of(ctx, "version", "dryRun");
    Optional<Integer> version = version(parameters);
    boolean dryRun = parameters.oneOf("dryRun", FLAG).map("true"::equals).orElse(false);
    SyncConfig config = config(RequestBody.json(ctx));
    try {
      Syncs.Applied applied =
          syncs.put(ctx.pathParam("name"), config, new Syncs.Terms(version.orElse(null), dryRun));
      whenChanged.run();
      answer(ctx, applied);
    } catch (Syncs.VersionMismatchException e) {
      throw ProblemException.syncChanged(String.valueOf(e.getMessage()));
    }
  }

  private void delete(Context ctx) throws IOException {
    Optional<Integer> version = version(QueryParameters.of(ctx, "version"));
    String name = ctx.pathParam("name");
    try {
      if (!syncs.delete(name, version.orElse(null))) {
        throw ProblemException.syncNotFound(name);
      }
    } catch (Syncs.VersionMismatchException e) {
      throw ProblemException.syncChanged(String.valueOf(e.getMessage()));
    }
    answer(ctx, new SyncDocuments.Deleted(name));
  }

  private void runs(Context ctx) throws IOException {
    int limit = QueryParameters.of(ctx, "limit").number("limit", 1, RUNS_MOST).orElse(RUNS_DEFAULT);
    String name = found(ctx).name();
    answer(ctx, new SyncDocuments.SyncRuns(name, syncs.runs(name, limit)));
  }

  private void start(Context ctx) throws IOException {
    var parameters = QueryParameters.of(ctx, "dryRun");
    boolean dryRun = parameters.oneOf("dryRun", FLAG).map("true"::equals).orElse(false);
    String name = ctx.pathParam("name");
    List<Syncs.Asked> asked =
        syncs.start(name, dryRun).orElseThrow(() -> ProblemException.syncNotFound(name));
    answer(ctx, new SyncDocuments.AskedRuns(name, dryRun, asked));
  }

  private SyncState found(Context ctx) {
    String name = ctx.pathParam("name");
    return syncs.find(name).orElseThrow(() -> ProblemException.syncNotFound(name));
  }

  private static Optional<Integer> version(QueryParameters parameters) {
    return parameters.number("version", 0, Integer.MAX_VALUE);
  }

  /// @throws ProblemException naming the member that is wrong and what is allowed
  private static SyncConfig config(byte[] body) {
    try {
      Payload json = Payload.ofJson(new String(body, StandardCharsets.UTF_8));
      Object config = VALUES.decodeStrictly(json, VALUES.type(SyncConfig.class));
      if (config == null) {
        throw ProblemException.malformedJson(
            "A JSON object is expected, such as {\"repositories\": [\"git-mastery/progress\"]}.");
      }
      requireAddress(((SyncConfig) config).apiUrl());
      return (SyncConfig) config;
    } catch (UnrecognizedPropertyException e) {
      throw ProblemException.unknownMember(
          path(e),
          Objects.requireNonNullElse(e.getKnownPropertyIds(), List.<Object>of()).stream()
              .map(String::valueOf)
              .sorted()
              .toList());
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof InvalidRequestException byTheConfigItself) {
        throw byTheConfigItself;
      }
      if (e.getCause() instanceof StreamReadException broken) {
        throw ProblemException.malformedJson(broken.getOriginalMessage());
      }
      throw ProblemException.invalidMember(path(e), e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw ProblemException.malformedJson(e.getOriginalMessage());
    }
  }

  /// Only here, and not where a sync is read: one that was put before there was this rule must be
  /// shown, and can be mended.
  private static void requireAddress(@Nullable String apiUrl) {
    try {
      if (apiUrl != null) {
        ApiUrl.parse(apiUrl);
      }
    } catch (IllegalArgumentException malformed) {
      // What was given is not repeated: it may hold a password.
      throw new InvalidRequestException(
          "apiUrl",
          "apiUrl must be one of the server's github.api-urls, written as"
              + " https://api.github.com or https://HOST/api/v3: https, or http on the loopback,"
              + " and no user, query or fragment. Leave it out for the first of them.",
          malformed);
    }
  }

  private static String path(JsonMappingException fault) {
    return fault.getPath().stream()
        .map(
            part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static void answer(Context ctx, Object document) throws IOException {
    ctx.contentType("application/json").result(JSON.writeValueAsBytes(document));
  }
}
