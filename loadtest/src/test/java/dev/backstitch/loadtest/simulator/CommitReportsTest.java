package dev.backstitch.loadtest.simulator;

import static dev.backstitch.loadtest.simulator.ApiClient.header;
import static dev.backstitch.loadtest.simulator.ApiClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.forge.Sizes;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Commit statuses and check runs, as the simulator serves them.
class CommitReportsTest {

  private static final String REPOSITORY = "/repos/seam-school/progress";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
  private final ApiClient user = new ApiClient(simulator);
  private final ApiClient app =
      new ApiClient(simulator).with("Authorization", "Bearer token-of-an-installation");
  private final String sha = simulator.world().trackerHead().name();

  CommitReportsTest() {
    simulator.addInstallationToken("token-of-an-installation");
  }

  @AfterEach
  void stop() {
    user.close();
    app.close();
    simulator.close();
  }

  private static HttpResponse<byte[]> send(
      ApiClient client, String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        client.request(REPOSITORY + path).method(method, BodyPublishers.ofString(body)));
  }

  private HttpResponse<byte[]> status(String json) throws IOException, InterruptedException {
    return send(user, "POST", "/statuses/" + sha, json);
  }

  @Test
  void the_last_status_of_each_context_makes_the_commits_state() throws Exception {
    assertThat(status("{\"state\": \"pending\", \"context\": \"sync\"}").statusCode())
        .isEqualTo(201);
    status("{\"state\": \"success\", \"context\": \"other\"}");
    assertThat(combined().path("state").asText()).isEqualTo("pending");

    status("{\"state\": \"success\", \"context\": \"SYNC\", \"description\": \"done\"}");

    JsonNode combined = combined();
    assertThat(combined.path("state").asText()).isEqualTo("success");
    assertThat(combined.path("statuses").findValuesAsText("context"))
        .containsExactlyInAnyOrder("SYNC", "other");
  }

  private JsonNode combined() throws IOException, InterruptedException {
    return user.json(REPOSITORY + "/commits/tracker/status");
  }

  @Test
  void a_status_of_an_unknown_commit_and_one_too_long_are_422() throws Exception {
    HttpResponse<byte[]> unknown =
        send(user, "POST", "/statuses/" + "0".repeat(40), "{\"state\": \"success\"}");
    HttpResponse<byte[]> tooLong =
        status("{\"state\": \"success\", \"description\": \"" + "x".repeat(141) + "\"}");

    assertThat(unknown.statusCode()).isEqualTo(422);
    assertThat(tooLong.statusCode()).isEqualTo(422);
    assertThat(text(tooLong)).contains("140 characters");
  }

  @Test
  void a_commit_takes_only_so_many_statuses_of_a_context() throws Exception {
    Sizes sizes = simulator.world().forge().sizes();
    assertThat(sizes.limits().statusesPerContext()).isEqualTo(1_000);
    sizes.limits(Sizes.Limits.GITHUB.withReports(2, 1_000));
    String wish = "{\"state\": \"success\", \"context\": \"sync\"}";

    assertThat(status(wish).statusCode()).isEqualTo(201);
    assertThat(status(wish.replace("sync", "SYNC")).statusCode()).isEqualTo(201);
    HttpResponse<byte[]> tooMany = status(wish);

    assertThat(tooMany.statusCode()).isEqualTo(422);
    assertThat(text(tooMany)).contains("maximum number of statuses");
    assertThat(status(wish.replace("sync", "other")).statusCode()).isEqualTo(201);
  }

  @Test
  void of_too_many_check_runs_of_a_name_the_oldest_are_deleted() throws Exception {
    Sizes sizes = simulator.world().forge().sizes();
    assertThat(sizes.limits().checkRunsPerName()).isEqualTo(1_000);
    sizes.limits(Sizes.Limits.GITHUB.withReports(1_000, 2));
    create("other", "kept", 0);
    long oldest = create("sync", "first", 0).path("id").asLong();
    create("sync", "second", 0);
    create("sync", "third", 0);

    JsonNode all = app.json(REPOSITORY + "/commits/tracker/check-runs?filter=all");

    assertThat(all.findValuesAsText("external_id")).containsExactly("third", "second", "kept");
    assertThat(send(app, "PATCH", "/check-runs/" + oldest, "{\"name\": \"a\"}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void a_write_needs_an_account_and_costs_one_point() throws Exception {
    int before = simulator.quota(QuotaResource.CORE).used();
    HttpResponse<byte[]> anonymous =
        send(
            new ApiClient(simulator).without("Authorization"),
            "POST",
            "/statuses/" + sha,
            "{\"state\": \"success\"}");

    assertThat(anonymous.statusCode()).isEqualTo(401);
    assertThat(status("{\"state\": \"success\"}").statusCode()).isEqualTo(201);
    assertThat(simulator.quota(QuotaResource.CORE).used() - before).isEqualTo(1);
  }

  @Test
  void statuses_come_in_pages() throws Exception {
    for (int i = 0; i < 31; i++) {
      status("{\"state\": \"success\", \"context\": \"c" + i + "\"}");
    }

    HttpResponse<byte[]> first = user.get(REPOSITORY + "/commits/" + sha + "/status");

    assertThat(ApiClient.json(first).path("statuses")).hasSize(30);
    assertThat(header(first, "Link")).contains("rel=\"next\"");
  }

  @Test
  void only_an_app_may_write_check_runs() throws Exception {
    HttpResponse<byte[]> refused =
        send(user, "POST", "/check-runs", "{\"name\": \"sync\", \"head_sha\": \"" + sha + "\"}");

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(text(refused)).contains("GitHub App");
  }

  @Test
  void a_fine_grained_token_gets_no_check_runs_but_may_set_a_status() throws Exception {
    simulator.addToken("github_pat_of_a_user");
    try (var fine = new ApiClient(simulator).with("Authorization", "Bearer github_pat_of_a_user")) {
      HttpResponse<byte[]> written =
          send(fine, "POST", "/check-runs", "{\"name\": \"a\", \"head_sha\": \"" + sha + "\"}");
      HttpResponse<byte[]> read = fine.get(REPOSITORY + "/commits/tracker/check-runs");
      HttpResponse<byte[]> set = send(fine, "POST", "/statuses/" + sha, "{\"state\": \"success\"}");

      assertThat(written.statusCode()).isEqualTo(403);
      assertThat(text(written)).contains("Resource not accessible by personal access token");
      assertThat(read.statusCode()).isEqualTo(403);
      assertThat(set.statusCode()).isEqualTo(201);
      assertThat(user.get(REPOSITORY + "/commits/tracker/check-runs").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void an_update_of_a_check_run_adds_annotations_and_changes_the_rest() throws Exception {
    long id = create("sync", "first", 50).path("id").asLong();

    HttpResponse<byte[]> updated =
        send(
            app,
            "PATCH",
            "/check-runs/" + id,
            "{\"external_id\": \"second\", \"conclusion\": \"success\", \"output\": {\"title\":"
                + " \"t\", \"summary\": \"s\", \"annotations\": "
                + annotations(10)
                + "}}");

    assertThat(updated.statusCode()).isEqualTo(200);
    JsonNode run = app.json(REPOSITORY + "/commits/" + sha + "/check-runs?check_name=sync");
    assertThat(run.at("/check_runs/0/output/annotations_count").asInt()).isEqualTo(60);
    assertThat(run.at("/check_runs/0/external_id").asText()).isEqualTo("second");
    assertThat(run.at("/check_runs/0/status").asText()).isEqualTo("completed");
    assertThat(run.at("/check_runs/0/app/slug").asText()).isEqualTo("stitcher");
  }

  @Test
  void the_latest_of_two_check_runs_of_one_name_is_shown_unless_all_are_asked_for()
      throws Exception {
    create("sync", "first", 0);
    create("sync", "second", 0);
    create("other", "third", 0);
    String list = REPOSITORY + "/commits/tracker/check-runs?check_name=sync";

    assertThat(app.json(list).findValuesAsText("external_id")).containsExactly("second");
    assertThat(app.json(list + "&filter=all").findValuesAsText("external_id"))
        .containsExactly("second", "first");
    assertThat(app.json(list + "&filter=all&per_page=1").path("total_count").asInt()).isEqualTo(2);
  }

  private JsonNode create(String name, String externalId, int annotations)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> created =
        send(
            app,
            "POST",
            "/check-runs",
            """
            {"name": "%s", "head_sha": "%s", "external_id": "%s", "status": "in_progress",
             "output": {"title": "t", "summary": "s", "annotations": %s}}
            """
                .formatted(name, sha, externalId, annotations(annotations)));
    assertThat(created.statusCode()).isEqualTo(201);
    return ApiClient.json(created);
  }

  private static String annotations(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(line ->
            """
            {"path": "f", "start_line": %d, "end_line": %d, "annotation_level": "notice",
             "message": "m"}\
            """
                .formatted(line, line))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
