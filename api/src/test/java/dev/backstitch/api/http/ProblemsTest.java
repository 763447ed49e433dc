package dev.backstitch.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.testing.RawHttp;
import dev.backstitch.api.testing.TestApp;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProblemsTest {
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
  void an_unknown_address_is_a_problem_for_programs_and_a_page_for_people() {
    var forPrograms = app.get("/api/v2/nothing");
    var forPeople = app.send(app.request("/nothing").header("Accept", "text/html,*/*"));

    assertThat(forPrograms.statusCode()).isEqualTo(404);
    assertThat(forPrograms.headers().firstValue("Content-Type"))
        .contains("application/problem+json");
    JsonNode problem = TestApp.json(forPrograms);
    assertThat(problem.path("code").asText()).isEqualTo("not-found");
    assertThat(problem.path("type").asText()).isEqualTo("urn:backstitch:problem:not-found");
    assertThat(problem.path("detail").asText()).contains("GET /api/v2/nothing");
    assertThat(forPeople.statusCode()).isEqualTo(404);
    assertThat(forPeople.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
    assertThat(forPeople.body()).contains("<h1>There is nothing at this address</h1>");
  }

  @Test
  void an_unknown_run_is_a_page_for_people_too() {
    var answer = app.send(app.request("/runs/0000000000001").header("Accept", "text/html"));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("There is no such run");
  }

  @Test
  void a_wrong_method_is_told_the_right_ones() {
    var delete = app.send(app.request("/api/v1/runs").DELETE());

    assertThat(delete.statusCode()).isEqualTo(405);
    assertThat(delete.headers().firstValue("Allow").orElseThrow().split(", "))
        .contains("GET", "POST");
    assertThat(TestApp.json(delete).path("code").asText()).isEqualTo("method-not-allowed");
  }

  @Test
  void a_body_that_is_too_large_is_refused_whether_announced_or_not() {
    byte[] large = new byte[RequestBody.MAX_BYTES + 1];
    var announced =
        app.send(
            app.request("/api/v1/runs")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(large)));
    var chunked =
        app.send(
            app.request("/api/v1/runs")
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(large))));

    assertThat(announced.statusCode()).isEqualTo(413);
    assertThat(TestApp.json(announced).path("code").asText()).isEqualTo("body-too-large");
    assertThat(chunked.statusCode()).isEqualTo(413);
    assertThat(TestApp.json(chunked).path("detail").asText())
        .contains(String.valueOf(RequestBody.MAX_BYTES));
  }

  @Test
  void a_body_of_another_type_is_refused() {
    var form =
        app.send(
            app.request("/api/v1/runs")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    var none =
        app.send(app.request("/api/v1/runs").POST(HttpRequest.BodyPublishers.ofString("{}")));

    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(TestApp.json(form).path("field").asText()).isEqualTo("Content-Type");
    assertThat(none.statusCode()).isEqualTo(415);
  }

  @Test
  void what_the_server_refuses_before_any_route_is_a_problem_too() {
    String answer =
        RawHttp.send(
            app.address(),
            "GET /api/v1/runs/%zz HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            "",
            "");

    assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
    assertThat(answer).contains("\"code\":\"http-400\"");
  }

  @Test
  void every_answer_forbids_foreign_scripts_and_frames() {
    var page = app.get("/");
    var problem = app.get("/nothing");

    for (var answer : java.util.List.of(page, problem)) {
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'")
          .contains("script-src 'self'")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(answer.headers().firstValue("Server")).isEmpty();
    }
  }
}
