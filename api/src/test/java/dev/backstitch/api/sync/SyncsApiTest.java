package dev.backstitch.api.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.orchestrator.run.RunId;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncsApiTest {
  private static final String COURSE =
      """
      {"repositories": ["course/progress", "course/second"], "branch": "data",
       "schedule": {"cron": "0 3 * * *", "zone": "Asia/Singapore"}, "webhook": true}
      """;

  private final RecordedSyncs syncs = new RecordedSyncs();
  private final TestApp app = TestApp.startWith(syncs, Map.of());

  @AfterEach
  void stop() {
    syncs.letGo();
    app.close();
  }

  @Test
  void a_sync_is_kept_with_its_defaults_and_its_next_times() {
    JsonNode created = json(app.put("/api/v1/syncs/course", COURSE));

    assertThat(created.path("outcome").asText()).isEqualTo("CREATED");
    JsonNode sync = json(app.get("/api/v1/syncs/course"));
    assertThat(sync).isEqualTo(created.path("sync"));
    assertThat(sync.path("version").asInt()).isEqualTo(1);
    assertThat(sync.at("/config/file").asText()).isEqualTo("progress.json");
    assertThat(sync.at("/config/layout/students").asText()).isEqualTo("students");
    assertThat(sync.path("repositories"))
        .hasSize(2)
        .allSatisfy(
            repository -> assertThat(repository.path("dueAt").asText()).endsWith("T19:00:00Z"));
    assertThat(json(app.get("/api/v1/syncs")).path("syncs")).containsExactly(sync);
  }

  @Test
  void the_same_sync_twice_is_no_change() {
    app.put("/api/v1/syncs/course", COURSE);

    JsonNode again = json(app.put("/api/v1/syncs/course", COURSE));

    assertThat(again.path("outcome").asText()).isEqualTo("UNCHANGED");
    assertThat(again.path("changes")).isEmpty();
    assertThat(again.at("/sync/version").asInt()).isEqualTo(1);
  }

  @Test
  void a_change_is_told_member_by_member() {
    app.put("/api/v1/syncs/course", COURSE);

    JsonNode changed =
        json(app.put("/api/v1/syncs/course", "{\"repositories\": [\"course/progress\"]}"));

    assertThat(changed.path("outcome").asText()).isEqualTo("CHANGED");
    assertThat(changed.path("changes"))
        .extracting(change -> change.path("field").asText())
        .containsExactly("repositories", "branch", "webhook", "schedule");
    assertThat(changed.at("/sync/version").asInt()).isEqualTo(2);
    assertThat(changed.at("/sync/repositories")).hasSize(1);
    assertThat(changed.at("/sync/repositories/0/dueAt").isNull()).isTrue();
  }

  @Test
  void a_sweep_may_be_of_the_apps_own_webhook() {
    String sweep = "{\"repositories\": [\"course/progress\"], \"sweep\": {\"app\": true}}";

    JsonNode made = json(app.put("/api/v1/syncs/sweep", sweep));

    assertThat(made.at("/sync/config/sweep").toString())
        .isEqualTo("{\"lookBackHours\":24,\"app\":true}");
    assertThat(json(app.put("/api/v1/syncs/sweep", sweep)).path("outcome").asText())
        .isEqualTo("UNCHANGED");
  }

  @Test
  void what_would_change_is_told_without_changing_it() {
    JsonNode wished = json(app.put("/api/v1/syncs/course?dryRun=true", COURSE));

    assertThat(wished.path("outcome").asText()).isEqualTo("CREATED");
    assertThat(app.get("/api/v1/syncs/course").statusCode()).isEqualTo(404);
  }

  @Test
  void whoever_has_seen_another_version_is_told() {
    app.put("/api/v1/syncs/course?version=0", COURSE);

    HttpResponse<String> late = app.put("/api/v1/syncs/course?version=0", COURSE);

    assertThat(late.statusCode()).isEqualTo(409);
    assertThat(json(late).path("code").asText()).isEqualTo("sync-changed");
    assertThat(json(late).path("detail").asText()).contains("version 1");
    assertThat(delete("/api/v1/syncs/course?version=2").statusCode()).isEqualTo(409);
    assertThat(delete("/api/v1/syncs/course?version=1").statusCode()).isEqualTo(200);
    assertThat(delete("/api/v1/syncs/course").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                           | 422 | unprocessable  | repositories",
        "{'repositories': ['progress']}               | 422 | unprocessable  | repositories",
        "{'repositories': ['a/b', 'A/b']}             | 422 | unprocessable  | repositories",
        "{'repositories': ['a/b'], 'branch': 'a..b'}  | 422 | unprocessable  | branch",
        "{'repositories': ['a/b'], 'file': '/x'}      | 422 | unprocessable  | file",
        "{'repositories': ['a/b'], 'layout': {'students': '../x'}} | 422 | unprocessable | input.layout.students",
        "{'repositories': ['a/b'], 'apiUrl': 'api.github.com'} | 422 | unprocessable | apiUrl",
        "{'repositories': ['a/b'], 'apiUrl': 'http://github.example'} | 422 | unprocessable | apiUrl",
        "{'repositories': ['a/b'], 'apiUrl': 'https://u:p@github.example'} | 422 | unprocessable | apiUrl",
        "{'repositories': ['a/b'], 'apiUrl': 'https://a b'} | 422 | unprocessable | apiUrl",
        "{'repositories': ['a/b'], 'schedule': {}}    | 422 | unprocessable  | schedule",
        "{'repositories': ['a/b'], 'schedule': {'every': '1d'}} | 422 | unprocessable | schedule.every",
        "{'repositories': ['a/b'], 'schedule': {'cron': '* * *'}} | 422 | unprocessable | schedule.cron",
        "{'repositories': ['a/b'], 'schedule': {'cron': '* * * * *', 'zone': 'Mars'}} | 422 | unprocessable | schedule.zone",
        "{'repositories': ['a/b'], 'sweep': {}}       | 422 | unprocessable  | sweep.hook",
        "{'repositories': ['a/b'], 'sweep': {'app': false}} | 422 | unprocessable | sweep.hook",
        "{'repositories': ['a/b'], 'sweep': {'hook': 1, 'app': true}} | 422 | unprocessable | sweep.app",
        "{'repositories': ['a/b'], 'sweep': {'hook': 1, 'lookBackHours': 99}} | 422 | unprocessable | sweep.lookBackHours",
        "{'repositories': ['a/b'], 'sweep': {'hook': 1}, 'webhook': true} | 422 | unprocessable | sweep",
        "{'repositories': ['a/b'], 'brnch': 'x'}      | 400 | unknown-member | brnch",
        "{'repositories': 'a/b'}                      | 400 | invalid-member | repositories",
        "[]                                           | 400 | invalid-member | ''",
        "{'repositories': [                           | 400 | malformed-json | ''",
      })
  void a_wrong_member_is_named(String body, int status, String code, String field) {
    HttpResponse<String> answer = app.put("/api/v1/syncs/course", body.strip().replace('\'', '"'));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).path("code").asText()).isEqualTo(code);
    assertThat(json(answer).path("field").asText()).startsWith(field);
  }

  @Test
  void a_name_that_can_not_be_is_refused() {
    HttpResponse<String> answer = app.put("/api/v1/syncs/My_Course", COURSE);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).path("field").asText()).isEqualTo("name");
  }

  @Test
  void a_dry_run_has_a_run_of_its_own_for_each_repository() {
    app.put("/api/v1/syncs/course", COURSE);

    JsonNode asked = json(app.post("/api/v1/syncs/course/runs?dryRun=true", ""));
    asked.path("runs").forEach(run -> app.awaitClosed(RunId.parse(run.path("runId").asText())));

    assertThat(asked.path("runs")).hasSize(2);
    assertThat(syncs.requests())
        .hasSize(2)
        .allSatisfy(request -> {
          assertThat(request.dryRun()).isTrue();
          assertThat(request.branch()).isEqualTo("data");
        });
    JsonNode runs = json(app.get("/api/v1/syncs/course/runs"));
    assertThat(runs.path("runs"))
        .hasSize(2)
        .allSatisfy(run -> {
          assertThat(run.path("reason").asText()).isEqualTo("DRY_RUN");
          assertThat(run.path("status").asText()).isEqualTo("COMPLETED");
        });
  }

  @Test
  void while_a_run_is_open_it_is_the_one_that_was_asked_for() {
    app.put("/api/v1/syncs/course", COURSE);
    syncs.holdUp();
    JsonNode first = json(app.post("/api/v1/syncs/course/runs", ""));

    JsonNode second = json(app.post("/api/v1/syncs/course/runs", ""));

    assertThat(first.at("/runs/0/started").asBoolean()).isTrue();
    assertThat(second.at("/runs/0/started").asBoolean()).isFalse();
    assertThat(second.at("/runs/0/runId")).isEqualTo(first.at("/runs/0/runId"));
  }

  private HttpResponse<String> delete(String path) {
    return app.send(app.request(path).DELETE());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return TestApp.json(answer);
  }
}
