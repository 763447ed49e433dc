package dev.backstitch.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.config.InboxConfig;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunControlApiTest {
  private TestApp app;

  @BeforeAll
  void start() {
    app = TestApp.start();
  }

  @AfterAll
  void stop() {
    app.close();
  }

  private RunId patient() {
    return app.start("patient", null, "{\"name\":\"Ada\"}");
  }

  private HttpResponse<String> post(RunId run, String verb, String body) {
    return app.post("/api/v1/runs/" + run + "/" + verb, body);
  }

  private List<Event> events(RunId run) {
    return app.server().orchestrator().history(run, 0, 100).events().stream()
        .map(RecordedEvent::event)
        .toList();
  }

  @Test
  void a_signal_reaches_the_run_byte_for_byte_and_may_be_repeated() {
    RunId run = patient();
    String signal =
        "{\"name\": \"number\", \"id\": \"order 7\", \"payload\": 1.500, \"actor\": \"ci\"}";

    HttpResponse<String> first = post(run, "signals", signal);
    HttpResponse<String> again = post(run, "signals", signal);

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(TestApp.json(again)).isEqualTo(TestApp.json(first));
    assertThat(TestApp.json(first).path("id").asText()).isEqualTo("order 7");
    assertThat(app.awaitClosed(run)).isEqualTo(new RunResult.Completed(Payload.ofJson("1.500")));
    assertThat(events(run))
        .contains(new Event.SignalReceived("number", "order 7", "ci", Payload.ofJson("1.500")));
  }

  @Test
  void a_signal_without_an_id_gets_one() {
    RunId run = patient();

    JsonNode first = TestApp.json(post(run, "signals", "{\"name\": \"other\"}"));
    JsonNode second = TestApp.json(post(run, "signals", "{\"name\": \"other\"}"));

    assertThat(first.path("id").asText()).isNotBlank().isNotEqualTo(second.path("id").asText());
  }

  @Test
  void a_cancelled_run_tells_who_had_it_end_and_why() {
    RunId run = patient();

    HttpResponse<String> answer =
        post(run, "cancel", "{\"actor\": \"grace\", \"reason\": \"not needed\"}");

    assertThat(answer.statusCode()).isEqualTo(202);
    JsonNode result = TestApp.json(app.get("/api/v1/runs/" + run + "/result?wait=20s"));
    assertThat(result.path("status").asText()).isEqualTo("CANCELLED");
    assertThat(result.path("endedBy").toString())
        .isEqualTo("{\"actor\":\"grace\",\"reason\":\"not needed\"}");
    assertThat(TestApp.json(app.get("/api/v1/runs?status=CANCELLED")).path("runs"))
        .extracting(each -> each.path("id").asText())
        .contains(run.toString());
  }

  @Test
  void a_terminated_run_is_over_when_the_answer_comes() {
    RunId run = patient();

    HttpResponse<String> answer = post(run, "terminate", "{\"reason\": \"it hangs\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(TestApp.json(answer).path("status").asText()).isEqualTo("TERMINATED");
    assertThat(events(run)).endsWith(new Event.RunTerminated("anonymous", "it hangs"));
    assertThat(app.get("/api/v1/runs/" + run + "/stream").body())
        .contains("event: closed")
        .contains("TERMINATED");
  }

  @Test
  void the_actor_comes_from_the_body_or_the_header_or_the_user_name() {
    String basic =
        "Basic " + Base64.getEncoder().encodeToString("ada:x".getBytes(StandardCharsets.UTF_8));

    assertThat(actor("{\"actor\": \"body\"}", "X-Backstitch-Actor", "header")).isEqualTo("body");
    assertThat(actor("{}", "X-Backstitch-Actor", "header")).isEqualTo("header");
    assertThat(actor("{}", "Authorization", basic)).isEqualTo("ada");
    assertThat(actor("{}", "Authorization", "Basic !!!")).isEqualTo("anonymous");
    assertThat(actor("{}", "Authorization", "Bearer x")).isEqualTo("anonymous");
  }

  private String actor(String body, String header, String value) {
    RunId run = patient();
    app.send(
        app.request("/api/v1/runs/" + run + "/terminate")
            .header("Content-Type", "application/json")
            .header(header, value)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
    return app.awaitClosed(run) instanceof RunResult.Terminated(String actor, _) ? actor : "nobody";
  }

  @ParameterizedTest
  @ValueSource(strings = {"signals", "cancel", "terminate"})
  void a_run_that_is_over_and_one_that_never_was_are_told_apart(String verb) {
    RunId over = app.run("greet", null, "{\"name\":\"Ada\"}");
    String body = verb.equals("signals") ? "{\"name\": \"n\"}" : "{}";

    HttpResponse<String> closed = post(over, verb, body);
    HttpResponse<String> unknown = post(new RunId(1), verb, body);

    assertThat(closed.statusCode()).isEqualTo(409);
    assertThat(TestApp.json(closed).path("code").asText()).isEqualTo("run-closed");
    assertThat(TestApp.json(closed).path("detail").asText()).contains("COMPLETED");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(TestApp.json(unknown).path("code").asText()).isEqualTo("run-not-found");
  }

  @Test
  void a_run_that_is_sent_too_much_answers_when_to_come_back_and_can_still_be_ended() {
    // Its worker looks into the inbox once a minute: nothing is taken while this test runs.
    InboxConfig deaf = new InboxConfig(Duration.ofMinutes(1), false, 2);
    try (TestApp full =
        TestApp.start(config -> config.withEngine(config.engine().withInbox(deaf)))) {
      RunId run = full.start("patient", null, "{\"name\":\"Ada\"}");
      String signals = "/api/v1/runs/" + run + "/signals";
      awaitGreeted(full, run);
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> accepted = full.post(signals, other(i));
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
      }

      HttpResponse<String> refused = full.post(signals, other(2));
      HttpResponse<String> repeated = full.post(signals, other(0));
      HttpResponse<String> ended = full.post("/api/v1/runs/" + run + "/terminate", "{}");

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/problem+json");
      assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
      JsonNode problem = TestApp.json(refused);
      assertThat(problem.path("code").asText()).isEqualTo("inbox-full");
      assertThat(problem.path("detail").asText()).contains("not taken 2 messages");
      assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(202);
      assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
    }
  }

  private static String other(int id) {
    return "{\"name\": \"other\", \"id\": \"id " + id + "\"}";
  }

  private static void awaitGreeted(TestApp app, RunId run) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            app.server().orchestrator().history(run, 0, 100).events().stream()
                .anyMatch(each -> each.event() instanceof Event.ActivityCompleted));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | malformed-json | -       | signals   | {\"name\": \"n\",",
        "400 | malformed-json | -       | cancel    | []",
        "400 | invalid-member | name    | signals   | {}",
        "400 | invalid-member | name    | signals   | {\"name\": 7}",
        "400 | invalid-member | id      | signals   | {\"name\": \"n\", \"id\": {}}",
        "400 | unknown-member | data    | signals   | {\"name\": \"n\", \"data\": 1}",
        "400 | unknown-member | force   | cancel    | {\"force\": true}",
        "400 | invalid-member | reason  | terminate | {\"reason\": 1}",
        "422 | unprocessable  | id      | signals   | {\"name\": \"n\", \"id\": \"a\\nb\"}",
        "422 | unprocessable  | actor   | cancel    | {\"actor\": \"\\ud800\"}",
        "422 | unprocessable  | reason  | terminate | {\"reason\": \"x\\u0000y\"}",
      })
  void what_is_wrong_is_refused_with_the_field_and_changes_nothing(
      int status, String code, String field, String verb, String body) {
    RunId run = patient();

    HttpResponse<String> answer = post(run, verb, body);

    JsonNode problem = TestApp.json(answer);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(problem.path("field").asText("-")).isEqualTo(field);
    assertThat(events(run))
        .noneMatch(event -> event instanceof Event.MessageEvent || event.isClosing());
  }

  @Test
  void another_sites_page_can_end_nothing() {
    RunId run = patient();

    HttpResponse<String> answer =
        app.send(
            app.request("/api/v1/runs/" + run + "/terminate")
                .header("Content-Type", "application/json")
                .header("Sec-Fetch-Site", "cross-site")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(TestApp.json(answer).path("code").asText()).isEqualTo("foreign-origin");
    assertThat(app.server().orchestrator().describe(run).orElseThrow().status().isClosed())
        .isFalse();
  }
}
