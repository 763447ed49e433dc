package dev.backstitch.api.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.testing.Contract;
import dev.backstitch.api.testing.TestApp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Beyond this, every answer that any test gets from a [TestApp] is held against the document.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiTest {
  private static final List<String> PAGES =
      List.of(
          "GET /",
          "GET /quotas",
          "GET /syncs",
          "POST /syncs/{name}/runs",
          "POST /syncs/{name}/dry-runs",
          "GET /runs/{id}",
          "GET /runs/{id}/events/{seq}",
          "GET /assets/{hash}/{name}");

  private TestApp app;

  @BeforeAll
  void start() {
    app = TestApp.start();
  }

  @AfterAll
  void stop() {
    app.close();
  }

  @Test
  void every_route_is_documented_and_every_documented_operation_is_served() {
    var documented = new ArrayList<>(Contract.get().operations());
    documented.addAll(PAGES);

    assertThat(app.server().routes()).containsExactlyInAnyOrderElementsOf(documented);
  }

  @ParameterizedTest
  @MethodSource("listingOperations")
  void every_query_parameter_is_documented_and_every_documented_one_is_read(String operation) {
    String path =
        operation
            .split(" ", 2)[1]
            .replace("{id}", app.run("greet", null, "{\"name\":\"a\"}").toString())
            .replace("{name}", "some-sync");

    JsonNode problem = TestApp.json(app.get(path + "?no-such-parameter=1"));

    assertThat(problem.path("code").asText()).isEqualTo("unknown-parameter");
    assertThat(problem.path("allowed"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(Contract.get().queryParameters(operation));
  }

  static List<String> listingOperations() {
    return Contract.get().operations().stream()
        .filter(operation -> operation.startsWith("GET /api/"))
        .toList();
  }

  @Test
  void the_document_itself_is_served() {
    var answer = app.get("/openapi.yaml");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("openapi: 3.1.0");
  }
}
