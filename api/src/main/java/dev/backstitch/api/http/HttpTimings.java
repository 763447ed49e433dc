package dev.backstitch.api.http;

import io.javalin.http.Context;
import io.javalin.http.RequestLogger;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/// How long requests took, by route (never by address: ids would make as many series as runs).
final class HttpTimings implements RequestLogger {
  private final MeterRegistry registry;

  HttpTimings(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void handle(Context ctx, Float executionTimeMs) {
    var endpoint = ctx.endpoints().lastHttpEndpoint();
    Timer.builder("http.server.requests")
        .description("Time from the request to the end of its answer, by route")
        .tag("method", ctx.req().getMethod())
        .tag("route", endpoint == null ? "none" : endpoint.path)
        .tag("status", String.valueOf(ctx.statusCode()))
        .register(registry)
        .record(Duration.ofNanos((long) (executionTimeMs * 1e6)));
  }
}
