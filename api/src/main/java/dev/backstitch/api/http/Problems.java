package dev.backstitch.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.orchestrator.InvalidRequestException;
import dev.backstitch.orchestrator.OverloadedException;
import dev.backstitch.orchestrator.StartTimeoutException;
import dev.backstitch.orchestrator.database.SqlState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns whatever went wrong into an answer.
final class Problems implements Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final String MEDIA_TYPE = "application/problem+json";
  private static final String RETRY_AFTER_SECONDS = "5";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ErrorPage page;

  Problems(ErrorPage page) {
    this.page = page;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.exception(ProblemException.class, this::reported);
    routes.exception(
        InvalidRequestException.class,
        (e, ctx) ->
            reported(
                ProblemException.unprocessable(
                    e.field(), String.valueOf(e.getMessage()), List.of()),
                ctx));
    routes.exception(OverloadedException.class, this::overloaded);
    routes.exception(StartTimeoutException.class, this::startNotConfirmed);
    routes.exception(JdbiException.class, this::databaseFailed);
    routes.exception(HttpResponseException.class, this::refusedByRouter);
    routes.exception(IOException.class, this::connectionLost);
    routes.exception(Exception.class, this::unexpected);
  }

  private void reported(ProblemException e, Context ctx) {
    e.headers().forEach(ctx::header);
    answer(e.problem(), ctx);
  }

  private void refusedByRouter(HttpResponseException e, Context ctx) {
    String request = ctx.req().getMethod() + " " + ctx.path();
    switch (e.getStatus()) {
      case 404 ->
          answer(
              new Problem(
                  404,
                  "not-found",
                  "There is nothing at this address",
                  request + " is not served. GET /openapi.yaml describes what is.",
                  null,
                  List.of()),
              ctx);
      case 405 -> {
        List<String> allowed =
            List.of(e.getDetails().getOrDefault("availableMethods", "").split(", *"));
        ctx.header("Allow", String.join(", ", allowed));
        answer(
            new Problem(
                405,
                "method-not-allowed",
                "The address does not serve this method",
                request + " is not served. Allowed: " + String.join(", ", allowed) + ".",
                null,
                allowed),
            ctx);
      }
      default ->
          answer(
              new Problem(
                  e.getStatus(),
                  "http-" + e.getStatus(),
                  "The request was refused",
                  String.valueOf(e.getMessage()),
                  null,
                  List.of()),
              ctx);
    }
  }

  private void startNotConfirmed(StartTimeoutException e, Context ctx) {
    LOG.warn("start not confirmed reason=\"{}\"", e.getMessage());
    ctx.header("Retry-After", RETRY_AFTER_SECONDS);
    answer(
        new Problem(
            503,
            "start-not-confirmed",
            "The start could not be confirmed in time",
            "The run may or may not have been started. Ask again with the same key: you get that run,"
                + " or a new one.",
            null,
            List.of()),
        ctx);
  }

  private void overloaded(OverloadedException e, Context ctx) {
    ctx.header("Retry-After", RETRY_AFTER_SECONDS);
    answer(
        new Problem(
            429,
            "overloaded",
            "The server has as many starts in progress as it takes",
            "Nothing of this request was written. Ask again after the seconds in Retry-After.",
            null,
            List.of()),
        ctx);
  }

  private void databaseFailed(JdbiException e, Context ctx) {
    if (!isOutage(e)) {
      unexpected(e, ctx);
      return;
    }
    LOG.warn("database unavailable path={} reason=\"{}\"", ctx.path(), e.getMessage());
    ctx.header("Retry-After", RETRY_AFTER_SECONDS);
    answer(
        new Problem(
            503,
            "database-unavailable",
            "The database does not answer",
            "Nothing is lost; try again in a moment. GET /readyz tells when it is back.",
            null,
            List.of()),
        ctx);
  }

  private static boolean isOutage(JdbiException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return e instanceof ConnectionException || SqlState.of(sql) == SqlState.PASSING;
      }
    }
    return false;
  }

  /// The client is gone in the middle of its own request or our answer: nobody is left to tell.
  private void connectionLost(IOException e, Context ctx) {
    LOG.debug("client gone method={} path={}", ctx.req().getMethod(), ctx.path(), e);
    ctx.status(400);
  }

  private void unexpected(Exception e, Context ctx) {
    answer(unexpected(e, ctx.req().getMethod(), ctx.path()), ctx);
  }

  /// Logs what nobody foresaw, under a number that the answer carries.
  static Problem unexpected(Throwable thrown, String method, String path) {
    String number = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    LOG.error("request failed error={} method={} path={}", number, method, path, thrown);
    return new Problem(
        500,
        "internal-error",
        "The server failed",
        "This was not foreseen. The server's log has the reason under error=" + number + ".",
        null,
        List.of());
  }

  void answer(Problem problem, Context ctx) {
    ctx.status(problem.status());
    if (wantsPage(ctx)) {
      ctx.contentType("text/html; charset=utf-8").result(page.render(problem));
    } else {
      ctx.contentType(MEDIA_TYPE).result(json(problem));
    }
  }

  private static boolean wantsPage(Context ctx) {
    @Nullable String accept = ctx.header("Accept");
    return accept != null
        && accept.toLowerCase(Locale.ROOT).contains("text/html")
        && !ctx.path().startsWith("/api/");
  }

  static byte[] json(Problem problem) {
    try {
      return JSON.writeValueAsBytes(problem);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem is always JSON", e);
    }
  }
}
