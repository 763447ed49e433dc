package dev.backstitch.api.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.run.RunId;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunsApiTest {
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
  void a_started_run_is_described_and_has_a_location() {
    var answer =
        app.post(
            "/api/v1/runs",
            "{\"workflow\": \"greet\", \"key\": \"a/b\", \"input\": {\"name\": \"Ada\"}}");

    assertThat(answer.statusCode()).isEqualTo(201);
    JsonNode run = TestApp.json(answer);
    assertThat(run.path("workflow").asText()).isEqualTo("greet");
    assertThat(run.path("key").asText()).isEqualTo("a/b");
    String location = answer.headers().firstValue("Location").orElseThrow();
    assertThat(location).isEqualTo("/api/v1/runs/" + run.path("id").asText());
    assertThat(TestApp.json(app.get(location)).path("id")).isEqualTo(run.path("id"));
  }

  @Test
  void a_run_in_a_queue_that_nobody_serves_is_kept_for_who_will() {
    var answer =
        app.post(
            "/api/v1/runs",
            "{\"workflow\": \"greet\", \"queue\": \"far-away\", \"priority\": 9,"
                + " \"input\": {\"name\": \"Ada\"}}");

    JsonNode run = TestApp.json(answer);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(run.path("queue").asText()).isEqualTo("far-away");
    assertThat(run.path("priority").asInt()).isEqualTo(9);
    assertThat(run.path("status").asText()).isEqualTo("RUNNING");
    assertThat(run.path("workerId").isNull()).isTrue();
  }

  @Test
  void the_same_key_gives_the_open_run_and_a_new_one_once_it_is_closed() {
    try (var own = TestApp.start()) {
      String body = "{\"workflow\": \"gated\", \"key\": \"a/b\", \"input\": {\"name\": \"Ada\"}}";
      String first = TestApp.json(own.post("/api/v1/runs", body)).path("id").asText();

      var second = own.post("/api/v1/runs", body);
      own.samples.openGate();
      own.awaitClosed(RunId.parse(first));
      var third = own.post("/api/v1/runs", body);

      assertThat(second.statusCode()).isEqualTo(200);
      assertThat(TestApp.json(second).path("id").asText()).isEqualTo(first);
      assertThat(second.headers().firstValue("Location")).contains("/api/v1/runs/" + first);
      assertThat(third.statusCode()).isEqualTo(201);
      assertThat(TestApp.json(third).path("id").asText()).isNotEqualTo(first);
    }
  }

  @Test
  void the_input_is_kept_byte_for_byte() {
    String input = "{ \"name\" : \"Ad\\u0061\" }";

    String id =
        TestApp.json(
                app.post("/api/v1/runs", "{\"input\": " + input + " , \"workflow\": \"greet\"}"))
            .path("id")
            .asText();

    assertThat(app.get("/api/v1/runs/" + id + "/events").body()).contains("\"input\":" + input);
  }

  /// Half a surrogate pair in three bytes: a parser lets it pass, a database's text does not.
  @Test
  void bytes_that_are_no_text_are_mended_before_anything_is_recorded() {
    byte[] body = "{\"workflow\": \"greet\", \"input\": {\"name\": \"A???\"}}".getBytes(UTF_8);
    int at = body.length - "???\"}}".length();
    body[at] = (byte) 0xed;
    body[at + 1] = (byte) 0xa0;
    body[at + 2] = (byte) 0x80;

    var started =
        app.send(
            app.request("/api/v1/runs")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));

    assertThat(started.statusCode()).isEqualTo(201);
    String id = TestApp.json(started).path("id").asText();
    assertThat(app.get("/api/v1/runs/" + id + "/events").body())
        .contains("\"input\":{\"name\": \"A\ufffd");
    assertThat(app.awaitClosed(RunId.parse(id))).isInstanceOf(RunResult.Completed.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | malformed-json  |          | {\"workflow\": \"greet\",",
        "400 | malformed-json  |          | [1, 2]",
        "400 | malformed-json  |          | {\"workflow\": \"greet\"} x",
        "400 | malformed-json  |          | {\"workflow\": \"greet\", \"workflow\": \"x\"}",
        "400 | unknown-member  | inptu    | {\"workflow\": \"greet\", \"inptu\": {}}",
        "400 | invalid-member  | workflow | {\"input\": {}}",
        "400 | invalid-member  | workflow | {\"workflow\": 7}",
        "400 | invalid-member  | workflow | {\"workflow\": \" \"}",
        "400 | invalid-member  | key      | {\"workflow\": \"greet\", \"key\": 7}",
        "400 | invalid-member  | key      | {\"workflow\": \"greet\", \"key\": \"\"}",
        "400 | invalid-member  | queue    | {\"workflow\": \"greet\", \"queue\": \"Big One\"}",
        "400 | invalid-member  | priority | {\"workflow\": \"greet\", \"priority\": 10}",
        "400 | invalid-member  | priority | {\"workflow\": \"greet\", \"priority\": \"high\"}",
        "422 | unprocessable   | workflow | {\"workflow\": \"geert\"}",
        "422 | unprocessable   | input    | {\"workflow\": \"greet\"}",
        "422 | unprocessable   | input.nmae | {\"workflow\": \"greet\", \"input\": {\"name\": \"a\", \"nmae\": 1}}",
      })
  void a_wrong_start_is_refused_with_the_field(int status, String code, String field, String body) {
    int before = list("?limit=500").size();

    var answer = app.post("/api/v1/runs", body);

    JsonNode problem = TestApp.json(answer);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(problem.path("field").asText("")).isEqualTo(field == null ? "" : field);
    assertThat(list("?limit=500")).hasSize(before);
  }

  @Test
  void a_key_that_is_too_long_is_refused() {
    var answer =
        app.post(
            "/api/v1/runs",
            "{\"workflow\": \"greet\", \"key\": \"" + "k".repeat(201) + "\", \"input\": {}}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestApp.json(answer).path("detail").asText()).contains("200").contains("201");
  }

  @Test
  void what_is_allowed_is_listed() {
    JsonNode member =
        TestApp.json(app.post("/api/v1/runs", "{\"workflow\": \"greet\", \"wrong\": 1}"));
    JsonNode workflow = TestApp.json(app.post("/api/v1/runs", "{\"workflow\": \"wrong\"}"));
    JsonNode status = TestApp.json(app.get("/api/v1/runs?status=DONE"));

    assertThat(texts(member.path("allowed")))
        .containsExactly("workflow", "key", "input", "queue", "priority");
    assertThat(texts(workflow.path("allowed")))
        .containsExactly("announce", "broken", "crowd", "frugal", "gated", "greet", "patient");
    assertThat(texts(status.path("allowed")))
        .containsExactly("RUNNING", "STUCK", "COMPLETED", "FAILED", "CANCELLED", "TERMINATED");
  }

  @Test
  void filters_match_exactly_and_together() {
    app.run("greet", "filter-a", "{\"name\":\"Ada\"}");
    app.run("greet", "filter-b", "{\"name\":\"Ada\"}");
    app.run("broken", "filter-a", "{\"name\":\"Ada\"}");

    assertThat(list("?key=filter-a")).hasSize(2);
    assertThat(list("?key=filter-a&workflow=greet")).hasSize(1);
    assertThat(list("?key=filter-a&status=FAILED")).hasSize(1);
    assertThat(list("?key=filter-a&workflow=greet&status=COMPLETED")).hasSize(1);
    assertThat(list("?key=filter-a&workflow=greet&status=FAILED")).isEmpty();
    assertThat(list("?key=filter-b&status=RUNNING")).isEmpty();
    assertThat(list("?key=filter-a&status=&workflow=")).hasSize(2);
    assertThat(list("?key=filter")).isEmpty();
  }

  @Test
  void pages_meet_every_run_once_newest_first_even_when_runs_are_added() {
    var started = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      started.addFirst(app.run("greet", "pages", "{\"name\":\"Ada\"}").toString());
    }

    JsonNode page = TestApp.json(app.get("/api/v1/runs?key=pages&limit=2"));
    var seen = new ArrayList<>(ids(page));
    app.run("greet", "pages", "{\"name\":\"late\"}");
    while (!page.path("next").isNull()) {
      String next = page.path("next").asText();
      page = TestApp.json(app.get("/api/v1/runs?key=pages&limit=2&cursor=" + next));
      seen.addAll(ids(page));
    }

    assertThat(seen).isEqualTo(started);
  }

  @Test
  void events_come_in_order_and_page_by_page() {
    RunId id = app.run("greet", null, "{\"name\":\"Ada\"}");

    JsonNode first = TestApp.json(app.get("/api/v1/runs/" + id + "/events?limit=3"));
    JsonNode rest =
        TestApp.json(
            app.get("/api/v1/runs/" + id + "/events?after=" + first.path("lastSeq").asInt()));

    assertThat(first.path("more").asBoolean()).isTrue();
    assertThat(first.path("events"))
        .extracting(event -> event.path("type").asText())
        .containsExactly("RunStarted", "ActivityScheduled", "ActivityCompleted");
    assertThat(first.path("events").get(2).path("data").path("result").asText())
        .isEqualTo("Hello Ada!");
    assertThat(rest.path("events"))
        .extracting(event -> event.path("type").asText())
        .containsExactly("RunCompleted");
    assertThat(rest.path("more").asBoolean()).isFalse();
  }

  @Test
  void the_result_tells_what_a_run_returned_or_why_it_failed() {
    RunId good = app.run("greet", null, "{\"name\":\"Ada\"}");
    RunId bad = app.run("broken", null, "{\"name\":\"Ada\"}");

    JsonNode completed = TestApp.json(app.get("/api/v1/runs/" + good + "/result"));
    JsonNode failed = TestApp.json(app.get("/api/v1/runs/" + bad + "/result?wait=PT1S"));

    assertThat(completed.path("status").asText()).isEqualTo("COMPLETED");
    assertThat(completed.path("result").asText()).isEqualTo("Hello Ada!");
    assertThat(failed.path("status").asText()).isEqualTo("FAILED");
    assertThat(failed.path("failure").path("type").asText()).isEqualTo("broken-on-purpose");
  }

  @Test
  void waiting_for_a_result_ends_with_the_run() {
    try (var own = TestApp.start()) {
      RunId id = own.start("gated", null, "{\"name\":\"Ada\"}");
      JsonNode open = TestApp.json(own.get("/api/v1/runs/" + id + "/result?wait=50ms"));

      own.samples.openGate();
      long before = System.nanoTime();
      JsonNode closed = TestApp.json(own.get("/api/v1/runs/" + id + "/result?wait=15s"));

      assertThat(open.path("status").asText()).isEqualTo("RUNNING");
      assertThat(open.path("result").isNull()).isTrue();
      assertThat(closed.path("status").asText()).isEqualTo("COMPLETED");
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/result?wait=61s",
        "/result?wait=soon",
        "/result?wait=-1s",
        "/events?limit=0",
        "/events?limit=1001",
        "/events?after=-1",
        "/events?after=1&after=2",
        "/stream?after=x"
      })
  void a_parameter_out_of_range_is_refused_with_its_name(String path) {
    RunId id = app.run("greet", null, "{\"name\":\"Ada\"}");

    var answer = app.get("/api/v1/runs/" + id + path);

    assertThat(answer.statusCode()).isEqualTo(400);
    JsonNode problem = TestApp.json(answer);
    assertThat(problem.path("code").asText()).isEqualTo("invalid-parameter");
    assertThat(path).contains(problem.path("field").asText() + "=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/events", "/result", "/stream"})
  void an_unknown_run_is_not_found_and_a_malformed_id_is_refused(String suffix) {
    var unknown = app.get("/api/v1/runs/0000000000001" + suffix);
    var malformed = app.get("/api/v1/runs/nonsense" + suffix);

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(TestApp.json(unknown).path("code").asText()).isEqualTo("run-not-found");
    assertThat(malformed.statusCode()).isEqualTo(400);
    assertThat(TestApp.json(malformed).path("field").asText()).isEqualTo("id");
  }

  private JsonNode list(String query) {
    return TestApp.json(app.get("/api/v1/runs" + query)).path("runs");
  }

  private static List<String> ids(JsonNode page) {
    var ids = new ArrayList<String>();
    page.path("runs").forEach(run -> ids.add(run.path("id").asText()));
    return ids;
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
