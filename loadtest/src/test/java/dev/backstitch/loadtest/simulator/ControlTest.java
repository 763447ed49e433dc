package dev.backstitch.loadtest.simulator;

import static dev.backstitch.loadtest.simulator.ApiClient.header;
import static dev.backstitch.loadtest.simulator.ApiClient.json;
import static dev.backstitch.loadtest.simulator.ApiClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.fault.FaultWish;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What somebody outside the simulator's process can do with it while it runs.
class ControlTest {
  private static final String PULLS = "/repos/seam-school/progress/pulls";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(5));
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void a_fault_is_set_by_its_name_and_strikes_when_it_is_told_to() throws Exception {
    post("faults", "{'operation': 'list-pulls', 'fault': 'status', 'status': 503, 'nth': 2}");

    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
    assertThat(client.get(PULLS).statusCode()).isEqualTo(503);
    JsonNode told = client.json("/_simulator/faults");
    assertThat(told.path("met").path(0).asText()).contains("LIST_PULLS", "503");
    assertThat(told.path("rules")).hasSize(1);

    assertThat(send("DELETE", "faults", "").statusCode()).isEqualTo(200);
    assertThat(client.json("/_simulator/faults").path("rules")).isEmpty();
  }

  @Test
  void every_kind_of_rule_and_field_can_be_written() throws Exception {
    for (String wish :
        List.of(
            "{'operation': 'any', 'fault': 'secondary-limit', 'status': 429, 'retryAfter': '7'}",
            "{'operation': 'rest', 'fault': 'slow', 'delay': '0.1s', 'during': '1m'}",
            "{'operation': 'commit', 'fault': 'branch-protected', 'protection': 'ruleset', 'times': 2}",
            "{'operation': 'fetch-files', 'fault': 'partial-data', 'count': 2, 'absent': true}",
            "{'operation': 'graphql', 'fault': 'reset-after-write', 'rate': 0.5, 'seed': 3}",
            "{'operation': 'list-heads', 'fault': 'world-moves', 'move': 'force-push', 'always': true}")) {
      assertThat(post("faults", wish).statusCode()).as(wish).isEqualTo(200);
    }

    HttpResponse<byte[]> slowedDown = client.get("/user");
    assertThat(slowedDown.statusCode()).isEqualTo(429);
    assertThat(ApiClient.header(slowedDown, "Retry-After")).isEqualTo("7");
  }

  @Test
  void a_wish_that_makes_no_sense_is_told_what_would() throws Exception {
    assertRefused("{'operation': 'list-pulls', 'fault': 'explode'}", "reset-before-write");
    assertRefused("{'operation': 'lists', 'fault': 'late'}", "list-pulls");
    assertRefused("{'operation': 'any', 'fault': 'status'}", "status must be given");
    assertRefused("{'operation': 'any', 'fault': 'status', 'status': 200}", "400 to 599");
    assertRefused("{'operation': 'any', 'fault': 'late', 'delay': 'soon'}", "such as 2s");
    assertRefused("{'operation': 'any', 'fault': 'cut-short', 'often': 1}", "no field 'often'");
    assertRefused(
        "{'operation': 'any', 'fault': 'cut-short', 'times': 1, 'always': true}", "only one of");
    assertRefused("{'operation': 'list-pulls', 'fault': 'foreign-writer'}", "cannot happen");
    assertRefused("no JSON", "must be a JSON object");
    assertThat(text(client.get("/_simulator/nothing"))).contains("POST /_simulator/faults");
    assertThat(FaultWish.faultNames()).contains("late delay", "stale age", "reset-after-write");
  }

  private void assertRefused(String wish, String... told) throws Exception {
    HttpResponse<byte[]> answer = post("faults", wish);
    assertThat(answer.statusCode()).as(wish).isEqualTo(422);
    assertThat(json(answer).path("message").asText()).as(wish).contains(told);
  }

  @Test
  void the_quota_and_the_clock_are_set_and_shown() throws Exception {
    post("quota", "{'resource': 'core', 'remaining': 0}");
    assertThat(client.get(PULLS).statusCode()).isEqualTo(403);

    post("clock", "{'advance': '1h'}");
    JsonNode shown = json(post("clock", "{'skew': '-2m'}"));

    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
    assertThat(shown.at("/quota/core/remaining").asInt()).isEqualTo(5000);
    assertThat(shown.at("/counts/byOperation/LIST_PULLS").asInt()).isEqualTo(1);
    assertThat(simulator.quota(QuotaResource.CORE).remaining()).isEqualTo(4999);
  }

  @Test
  void the_secondary_limits_are_changed_one_by_one() throws Exception {
    JsonNode shown = json(post("limits", "{'kept': true, 'corePerMinute': 2}"));

    assertThat(shown.path("graphQlPerMinute").asInt()).isEqualTo(2000);
    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
    assertThat(client.get(PULLS).statusCode()).isEqualTo(403);
    for (String wrong : List.of("{'kept': 1}", "{'atOnce': true}", "{'atOnce': 0}", "{'x': 1}")) {
      assertThat(post("limits", wrong).statusCode()).as(wrong).isEqualTo(422);
    }
    assertThat(text(post("limits", "{'atOnce': 0}"))).contains("at least 1");
  }

  @Test
  void the_world_is_changed_and_shown() throws Exception {
    int number = simulator.world().openPullRequests().getFirst().number();

    post("world", "{'do': 'push', 'students': 3}");
    post("world", "{'do': 'force-push', 'number': " + number + "}");
    post("world", "{'do': 'break-file', 'number': " + number + ", 'file': 'not-utf8'}");
    post("world", "{'do': 'foreign-commit'}");
    JsonNode shown = json(post("world", "{'do': 'close', 'number': " + number + "}"));

    assertThat(shown.path("openPullRequests")).hasSize(4);
    assertThat(shown.path("trackerCommits").asInt()).isEqualTo(1);
    assertThat(text(post("world", "{'do': 'dance'}"))).contains("delete-fork");
    assertThat(post("world", "{'do': 'close', 'number': 77777}").statusCode()).isEqualTo(422);
  }

  @Test
  void what_github_shows_and_allows_is_changed() throws Exception {
    post("world", "{'do': 'protect', 'protection': 'ruleset'}");
    assertThat(simulator.world().forge().protection("tracker")).contains(Protection.RULESET);
    post("world", "{'do': 'unprotect'}");
    assertThat(simulator.world().forge().protection("tracker")).isEmpty();
    post("world", "{'do': 'show-pushes-later', 'lag': '10s', 'inForksToo': true}");
    post("world", "{'do': 'move-refs-later', 'lag': '10s'}");
    PullRequest before = simulator.world().openPullRequests().getFirst();
    ObjectId pushed = simulator.world().pushProgressTo(before.number());
    Forge forge = simulator.world().forge();
    assertThat(forge.shows(before.headRepository().orElseThrow(), pushed)).isFalse();
    assertThat(forge.gitRefs(forge.base())).containsEntry(before.ref(), before.head());
    post("world", "{'do': 'make-private'}");
    assertThat(forge.isPrivate()).isTrue();

    post("world", "{'do': 'rename', 'name': 'elsewhere'}");

    assertThat(client.get(PULLS).statusCode()).isEqualTo(301);
    assertThat(post("world", "{'do': 'rename'}").statusCode()).isEqualTo(422);
    assertThat(text(post("world", "{'do': 'protect'}"))).contains("branch-protection");
  }

  @Test
  void the_form_of_a_spent_quota_and_the_largest_batch_are_set() throws Exception {
    post("quota", "{'shape': 'rate-limit-with-code', 'resource': 'core', 'remaining': 0}");
    assertThat(client.get(PULLS).statusCode()).isEqualTo(429);
    post("quota", "{'shape': 'rate-limited'}");
    assertThat(client.get(PULLS).statusCode()).isEqualTo(403);
    assertThat(post("quota", "{'shape': 'round'}").statusCode()).isEqualTo(422);

    post("faults", "{'maxAliases': 1}");
    String two =
        "{ repository(owner: \"seam-school\", name: \"progress\") {"
            + " a: object(expression: \"main\") { oid } b: object(expression: \"main\") { oid } } }";
    assertThat(client.post(two, Map.of()).statusCode()).isEqualTo(502);
    assertThat(post("faults", "{'maxAliases': 0}").statusCode()).isEqualTo(422);
    assertThat(post("faults", "{'maxAliases': 3, 'nth': 2}").statusCode()).isEqualTo(422);
  }

  @Test
  void tokens_come_and_go() throws Exception {
    post("tokens", "{'token': 'another-one', 'login': 'somebody'}");
    try (var other = new ApiClient(simulator.apiUrl(), "another-one")) {
      assertThat(other.json("/user").path("login").asText()).isEqualTo("somebody");
      send("DELETE", "tokens/another-one", "");
      assertThat(other.get("/user").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void a_token_of_actions_has_the_quota_of_its_repository() throws Exception {
    JsonNode made = json(post("tokens", "{'token': 'ghs_job', 'kind': 'actions'}"));

    assertThat(made.path("limit").asInt()).isEqualTo(1000);
    try (var job = new ApiClient(simulator.apiUrl(), "ghs_job")) {
      assertThat(header(job.get(PULLS), "x-ratelimit-limit")).isEqualTo("1000");
    }
  }

  @Test
  void a_fine_grained_token_is_a_users_but_reads_no_check_runs() throws Exception {
    String wish = "{'token': 'github_pat_1', 'kind': 'fine-grained', 'login': 'ada'}";
    assertThat(post("tokens", wish).statusCode()).isEqualTo(200);

    try (var ada = new ApiClient(simulator.apiUrl(), "github_pat_1")) {
      assertThat(ada.json("/user").path("login").asText()).isEqualTo("ada");
      String checks = "/repos/seam-school/progress/commits/tracker/check-runs";
      assertThat(ada.get(checks).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void a_token_that_is_not_of_its_kind_is_refused() throws Exception {
    assertThat(text(post("tokens", "{'token': 'x', 'kind': 'fine-grained'}")))
        .contains("github_pat_");
    assertThat(text(post("tokens", "{'token': 'github_pat_1', 'kind': 'user'}")))
        .contains("fine-grained");
    assertThat(text(post("tokens", "{'token': 'x', 'kind': 'actions', 'login': 'ada'}")))
        .contains("repository's");
    assertThat(post("tokens", "{'token': 'x', 'kind': 'app'}").statusCode()).isEqualTo(422);
  }

  @Test
  void the_trouble_of_a_hook_is_changed() throws Exception {
    Hook hook =
        simulator.addHook(
            URI.create("http://127.0.0.1:9/"), "a-secret-of-this-test", HookTrouble.NONE);

    assertThat(post("hooks/" + hook.id(), "{'tooLarge': 1, 'seed': 4}").statusCode())
        .isEqualTo(200);
    simulator.world().pushProgress(2);

    assertThat(hook.deliveries()).isEmpty();
    assertThat(text(post("hooks/1", "{}"))).contains(Long.toString(hook.id()));
  }

  @Test
  void what_was_broken_on_purpose_is_taken() throws Exception {
    client.get(PULLS + "?state=opened");

    assertThat(client.json("/_simulator/violations")).hasSize(1);
    JsonNode taken = json(send("DELETE", "violations", ""));

    assertThat(taken.at("/0/request").asText()).contains("state=opened");
    assertThat(client.json("/_simulator/violations")).isEmpty();
  }

  @Test
  void it_costs_nothing_and_is_never_struck() throws Exception {
    post("faults", "{'operation': 'any', 'fault': 'status', 'status': 500, 'always': true}");
    try (var nobody = new ApiClient(simulator.apiUrl(), "wrong")) {
      assertThat(nobody.without("User-Agent").get("/_simulator").statusCode()).isEqualTo(200);
    }
    assertThat(simulator.counts().requests()).isZero();
    assertThat(client.json("/_simulator/violations")).isEmpty();
  }

  private HttpResponse<byte[]> post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  private HttpResponse<byte[]> send(String method, String path, String body) throws Exception {
    return client.send(
        client
            .request("/_simulator/" + path)
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
  }
}
