package dev.backstitch.loadtest.simulator.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Holds the committed reductions against GitHub's full schemas. It needs the unpacked npm packages
/// and therefore runs only in the Maven profile `full-github-schemas`; with
/// `-Dgithub.schemas.write=true` it writes the reductions anew. The command is in the README beside
/// the resources.
@Tag("full-github-schemas")
class GitHubSchemasTest {

  private static final Path RESOURCES =
      Path.of("src/main/resources/dev/backstitch/loadtest/simulator/contract");

  @Test
  void the_reduced_graphql_schema_is_the_selection_of_the_full_one() throws IOException {
    String whole = Files.readString(given("github.graphql.schema"));

    String reduced = GraphQlReduction.reduce(whole, selection());

    agrees("github.graphql", reduced);
  }

  @Test
  void the_reduced_openapi_description_is_the_selection_of_the_full_one() throws IOException {
    String whole = Files.readString(given("github.openapi"));

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

  private static Path given(String property) {
    return Path.of(
        Objects.requireNonNull(
            System.getProperty(property), property + " must name the unpacked file"));
  }

  private static String selection() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            GitHubSchemasTest.class.getResourceAsStream("graphql-selection.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
