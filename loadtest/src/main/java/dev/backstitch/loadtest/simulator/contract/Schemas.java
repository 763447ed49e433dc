package dev.backstitch.loadtest.simulator.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The committed reductions of GitHub's schemas.
public final class Schemas {

  private Schemas() {}

  /// The GraphQL schema in its definition language.
  public static String graphQl() {
    return read("github.graphql");
  }

  static String openApi() {
    return read("github.openapi.json");
  }

  private static String read(String name) {
    try (InputStream in = Schemas.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The build left out the resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
