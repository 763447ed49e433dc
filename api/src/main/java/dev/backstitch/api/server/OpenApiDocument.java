package dev.backstitch.api.server;

import dev.backstitch.api.http.Routes;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;

/// `/openapi.yaml`: the description of the API, kept by hand. A test compares it with the routes
/// and with real answers.
final class OpenApiDocument implements Routes {
  private static final String RESOURCE = "/dev/backstitch/api/openapi.yaml";

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get(
        "/openapi.yaml", ctx -> ctx.contentType("application/yaml; charset=utf-8").result(read()));
  }

  static byte[] read() throws IOException {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + RESOURCE + " is missing");
      }
      return in.readAllBytes();
    }
  }
}
