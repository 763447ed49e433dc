package dev.backstitch.api.http;

import io.javalin.config.RoutesConfig;

/// Some routes that belong together.
@FunctionalInterface
public interface Routes {
  /// Adds them. Called once, before the server starts.
  void addTo(RoutesConfig routes);
}
