package dev.backstitch.api.monitoring;

import dev.backstitch.api.http.Routes;
import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/// `/metrics`, in the text format of Prometheus.
public final class MetricsApi implements Routes {
  private static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  /// Shows this registry.
  public MetricsApi(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/metrics", ctx -> ctx.contentType(MEDIA_TYPE).result(registry.scrape(MEDIA_TYPE)));
  }
}
