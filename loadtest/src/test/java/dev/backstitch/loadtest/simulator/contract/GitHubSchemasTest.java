package dev.backstitch.loadtest.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.XZInputStream;

/// Holds the reductions against GitHub's full schemas, which lie packed among the test resources.
/// With `-Dgithub.schemas.write=true` it writes the reductions anew. The commands are in the README
/// beside them.
class GitHubSchemasTest {

  private static final Path RESOURCES =
      Path.of(System.getProperty("backstitch.root", ".."))
          .resolve("loadtest/src/main/resources/dev/backstitch/loadtest/simulator/contract");

  @Test
  void the_reduced_graphql_schema_is_the_selection_of_the_full_one() throws IOException {
    String whole = unpacked("schema.graphql.xz");

    String reduced = GraphQlReduction.reduce(whole, selection());

    agrees("github.graphql", reduced);
  }

  @Test
  void the_reduced_openapi_description_is_the_selection_of_the_full_one() throws IOException {
    String whole = unpacked("api.github.com.json.xz");

    String reduced = OpenApiReduction.reduce(whole);

    agrees("github.openapi.json", reduced);
  }

  private static void agrees(String name, String reduced) throws IOException {
    Path committed = RESOURCES.resolve(name);
    if (Boolean.getBoolean("github.schemas.write")) {
      Files.writeString(committed, reduced);
    }
    assertThat(Files.readString(committed)).isEqualTo(reduced);
  }

  private static String unpacked(String name) throws IOException {
    try (InputStream in = new XZInputStream(resource(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String selection() throws IOException {
    try (InputStream in = resource("graphql-selection.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(GitHubSchemasTest.class.getResourceAsStream(name), name);
  }
}
