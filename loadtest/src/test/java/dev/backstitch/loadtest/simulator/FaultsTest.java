package dev.backstitch.loadtest.simulator;

import static dev.backstitch.loadtest.simulator.ApiClient.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Injection;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private static final String PULLS = "/repos/seam-school/progress/pulls";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(12));
  private final ApiClient client = new ApiClient(simulator);

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void a_status_strikes_the_next_request_of_its_kind_only() throws Exception {
    simulator.faults().next(Operation.LIST_PULLS, new Fault.Status(502));

    assertThat(client.get("/user").statusCode()).isEqualTo(200);
    HttpResponse<byte[]> struck = client.get(PULLS);
    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);

    assertThat(struck.statusCode()).isEqualTo(502);
    assertThat(struck.headers().firstValue("x-ratelimit-remaining")).isEmpty();
    assertThat(simulator.faults().injected())
        .containsExactly(new Injection(Operation.LIST_PULLS, new Fault.Status(502)));
    assertThat(simulator.counts().failures()).isEqualTo(1);
  }

  @Test
  void a_failed_commit_has_no_effect_before_and_full_effect_after_the_write() throws Exception {
    simulator.faults().next(Operation.COMMIT, new Fault.Status(500));
    simulator.faults().next(Operation.COMMIT, new Fault.StatusAfterWrite(504));

    assertThat(commit().statusCode()).isEqualTo(500);
    assertThat(simulator.world().trackerCommits()).isEmpty();
    assertThat(commit().statusCode()).isEqualTo(504);

    assertThat(simulator.world().trackerCommits()).hasSize(1);
    assertThat(simulator.counts().commits()).isEqualTo(1);
    assertThat(simulator.counts().of(Operation.COMMIT)).isEqualTo(2);
  }

  @Test
  void a_commit_can_be_told_that_it_is_late_though_it_is_not() throws Exception {
    simulator.faults().next(Operation.COMMIT, new Fault.RefRefused(422));

    JsonNode refused = ApiClient.json(commit());

    assertThat(refused.at("/errors/0/type").asText()).isEqualTo("STALE_DATA");
    assertThat(simulator.world().trackerCommits()).isEmpty();
    assertThat(ApiClient.json(commit()).has("errors")).isFalse();
    assertThat(simulator.world().trackerCommits()).hasSize(1);
    assertThat(simulator.counts().commits()).isEqualTo(1);
  }

  @Test
  void a_reset_commit_has_no_effect_before_and_full_effect_after_the_write() {
    simulator.faults().next(Operation.COMMIT, new Fault.ResetBeforeWrite());
    simulator.faults().next(Operation.COMMIT, new Fault.ResetAfterWrite());

    assertThatThrownBy(this::commit).isInstanceOf(IOException.class);
    assertThat(simulator.world().trackerCommits()).isEmpty();
    assertThatThrownBy(this::commit).isInstanceOf(IOException.class);

    assertThat(simulator.world().trackerCommits()).hasSize(1);
  }

  @Test
  void an_answer_can_end_in_the_middle() throws Exception {
    simulator.faults().next(Operation.LIST_PULLS, new Fault.CutShort());

    assertThatThrownBy(() -> client.get(PULLS)).isInstanceOf(IOException.class);
    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
  }

  @Test
  void a_timed_out_query_costs_its_points() throws Exception {
    simulator.faults().next(Operation.GRAPHQL, new Fault.Status(504));

    assertThat(client.post("{ viewer { login } }", Map.of()).statusCode()).isEqualTo(504);

    assertThat(simulator.quota(QuotaResource.GRAPHQL).used()).isEqualTo(1);
  }

  @Test
  void a_query_that_is_given_up_loses_points_for_an_hour() throws Exception {
    client.query("{ viewer { login } }");
    simulator.clock().advance(Duration.ofMinutes(50));
    simulator.faults().next(Operation.GRAPHQL, new Fault.TimedOut(504, Duration.ZERO, 30));

    assertThat(client.post("{ viewer { login } }", Map.of()).statusCode()).isEqualTo(504);

    assertThat(simulator.quota(QuotaResource.GRAPHQL).used()).isEqualTo(32);
    assertThat(simulator.quota(QuotaResource.CORE).used()).isZero();
    assertThat(simulator.counts().points()).isEqualTo(2);
    simulator.clock().advance(Duration.ofMinutes(10));
    assertThat(simulator.quota(QuotaResource.GRAPHQL).used()).isEqualTo(30);
    simulator.clock().advance(Duration.ofMinutes(60));
    assertThat(simulator.quota(QuotaResource.GRAPHQL).used()).isZero();
  }

  @Test
  void a_request_is_given_up_after_a_while() throws Exception {
    simulator
        .faults()
        .next(Operation.LIST_PULLS, new Fault.TimedOut(502, Duration.ofMillis(150), 0));

    long begin = System.nanoTime();
    int status = client.get(PULLS).statusCode();

    assertThat(status).isEqualTo(502);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(150));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fault.TimedOut(504, Duration.ZERO, -1));
  }

  @Test
  void too_heavy_a_batch_comes_in_parts() throws Exception {
    simulator.faults().next(Operation.FETCH_FILES, new Fault.PartialData(2, false));
    simulator.faults().next(Operation.FETCH_FILES, new Fault.PartialData(2, true));

    JsonNode nulls = batch(5);
    JsonNode gaps = batch(5);

    assertThat(nulls.at("/data/repository")).hasSize(5);
    assertThat(nulls.at("/data/repository/a2/oid").asText()).hasSize(40);
    assertThat(nulls.at("/data/repository/a3").isNull()).isTrue();
    assertThat(nulls.path("errors")).hasSize(2);
    assertThat(nulls.at("/errors/0/type").asText()).isEqualTo("RESOURCE_LIMITS_EXCEEDED");
    assertThat(nulls.at("/errors/0/path/1").asText()).isEqualTo("a3");
    assertThat(gaps.at("/data/repository")).hasSize(3);
    assertThat(gaps.path("errors")).hasSize(2);
  }

  @Test
  void objects_that_cannot_be_seen_yet_are_null_without_an_error() throws Exception {
    simulator.faults().next(Operation.FETCH_FILES, new Fault.UnseenObjects(1));

    JsonNode answer = batch(3);

    assertThat(answer.at("/data/repository/a2").isNull()).isTrue();
    assertThat(answer.has("errors")).isFalse();
    assertThat(batch(3).at("/data/repository/a2").isNull()).isFalse();
  }

  @Test
  void batches_above_the_set_size_fail() throws Exception {
    simulator.faults().maxAliases(3);

    assertThat(client.post(batchQuery(4), Map.of()).statusCode()).isEqualTo(502);
    assertThat(client.post(batchQuery(3), Map.of()).statusCode()).isEqualTo(200);
    simulator.faults().clear();
    assertThat(client.post(batchQuery(4), Map.of()).statusCode()).isEqualTo(200);
  }

  @Test
  void quota_headers_can_be_left_out() throws Exception {
    simulator.faults().next(Operation.ANY, new Fault.NoQuotaHeaders());

    HttpResponse<byte[]> answer = client.get(PULLS);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-ratelimit-limit")).isEmpty();
    assertThat(header(client.get(PULLS), "x-ratelimit-used")).isEqualTo("2");
  }

  @Test
  void a_slow_answer_takes_its_time() throws Exception {
    simulator.faults().next(Operation.ANY, new Fault.Slow(Duration.ofMillis(150)));

    long begin = System.nanoTime();
    client.get(PULLS);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(150));
  }

  @Test
  void a_late_answer_tells_an_older_quota_than_those_that_overtook_it() throws Exception {
    simulator.faults().next(Operation.LIST_PULLS, new Fault.Late(Duration.ofMillis(500)));

    CompletableFuture<HttpResponse<byte[]>> late = client.begin(PULLS);
    await().until(() -> simulator.quota(QuotaResource.CORE).remaining() == 4_999);
    HttpResponse<byte[]> next = client.get(PULLS);

    assertThat(late).isNotDone();
    assertThat(header(next, "x-ratelimit-used")).isEqualTo("2");
    assertThat(header(late.get(), "x-ratelimit-used")).isEqualTo("1");
  }

  @Test
  void a_body_can_be_slow_and_one_can_be_cut_where_nobody_but_a_reader_of_json_sees_it()
      throws Exception {
    simulator.faults().next(Operation.LIST_PULLS, new Fault.SlowBody(Duration.ofMillis(150)));
    simulator.faults().next(Operation.LIST_PULLS, new Fault.HalfBody());

    long begin = System.nanoTime();
    HttpResponse<byte[]> slow = client.get(PULLS);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    HttpResponse<byte[]> half = client.get(PULLS);

    assertThat(took).isGreaterThan(Duration.ofMillis(150));
    assertThat(slow.body()).isEqualTo(client.get(PULLS).body());
    assertThat(half.statusCode()).isEqualTo(200);
    assertThat(half.body()).hasSize(slow.body().length / 2);
    assertThatThrownBy(() -> ApiClient.json(half)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void the_world_can_move_just_before_a_request_is_looked_at() throws Exception {
    PullRequest last = simulator.world().openPullRequests().getLast();
    for (Fault.Move move : Fault.Move.values()) {
      simulator.faults().next(Operation.LIST_PULLS, new Fault.WorldMoves(move));
    }

    for (Fault.Move _ : Fault.Move.values()) {
      client.get(PULLS);
    }

    // Pushed, pushed by force, and then closed; the next two lost their fork and their author.
    PullRequest moved = simulator.world().forge().pullRequest(last.number()).orElseThrow();
    assertThat(moved.open()).isFalse();
    assertThat(moved.head()).isNotEqualTo(last.head());
    assertThat(simulator.world().openPullRequests())
        .filteredOn(one -> one.headRepository().isEmpty())
        .hasSize(1);
    assertThat(simulator.world().openPullRequests())
        .filteredOn(one -> one.author().isEmpty())
        .hasSize(1);
  }

  @Test
  void the_nth_request_the_first_few_and_every_one_can_be_struck() throws Exception {
    simulator.faults().nth(Operation.REST, 2, new Fault.Status(500));
    assertThat(statuses(3)).containsExactly(200, 500, 200);

    simulator.faults().clear();
    simulator.faults().times(Operation.REST, 2, new Fault.Status(503));
    assertThat(statuses(3)).containsExactly(503, 503, 200);

    simulator.faults().clear();
    simulator.faults().always(Operation.REST, new Fault.Status(500));
    assertThat(statuses(3)).containsExactly(500, 500, 500);
  }

  @Test
  void a_share_of_requests_is_decided_by_the_seed() throws Exception {
    simulator.faults().rate(Operation.ANY, 0.3, new Fault.Status(502), 42);
    List<Integer> first = statuses(60);
    simulator.faults().clear();
    simulator.faults().rate(Operation.ANY, 0.3, new Fault.Status(502), 42);
    List<Integer> second = statuses(60);

    assertThat(second).isEqualTo(first);
    assertThat(first.stream().filter(status -> status == 502).count()).isBetween(8L, 30L);
  }

  @Test
  void a_period_of_trouble_ends_by_the_simulators_clock() throws Exception {
    simulator.faults().during(Operation.ANY, Duration.ofMinutes(1), new Fault.Status(503));

    assertThat(statuses(2)).containsExactly(503, 503);
    simulator.clock().advance(Duration.ofMinutes(1));
    assertThat(statuses(1)).containsExactly(200);
  }

  @Test
  void an_api_that_is_down_refuses_connections_until_it_comes_back() throws Exception {
    assertThat(statuses(1)).containsExactly(200);

    simulator.goDown();
    assertThatThrownBy(() -> client.get(PULLS)).isInstanceOf(ConnectException.class);
    simulator.comeBack();

    assertThat(statuses(1)).containsExactly(200);
  }

  @Test
  void an_api_that_is_down_for_a_while_comes_back_by_itself() {
    simulator.goDownFor(Duration.ofMillis(200));

    assertThatThrownBy(() -> client.get(PULLS)).isInstanceOf(ConnectException.class);
    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(client.get(PULLS).statusCode()).isEqualTo(200));
  }

  @Test
  void a_closed_simulator_does_not_come_back() {
    var closed = GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(1));
    closed.close();
    closed.comeBack();

    try (var late = new ApiClient(closed)) {
      assertThatThrownBy(() -> late.get(PULLS)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void a_fault_that_cannot_happen_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> simulator.faults().next(Operation.LIST_PULLS, new Fault.ForeignWriter()));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            simulator
                .faults()
                .always(Operation.REST, new Fault.BranchProtected(Protection.RULESET)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Fault.Status(200));
    assertThatIllegalArgumentException().isThrownBy(() -> new Fault.RefRefused(404));
  }

  private List<Integer> statuses(int count) throws Exception {
    var statuses = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      statuses.add(client.get("/rate_limit").statusCode());
    }
    return statuses;
  }

  private JsonNode batch(int size) throws Exception {
    return client.query(batchQuery(size));
  }

  private String batchQuery(int size) {
    var heads = simulator.world().openPullRequests().subList(0, size).iterator();
    String aliases =
        IntStream.range(0, size)
            .mapToObj(i ->
                "a%d: object(expression: \"%s:progress.json\") { oid }"
                    .formatted(i, heads.next().head().name()))
            .collect(Collectors.joining(" "));
    return "{ repository(owner: \"seam-school\", name: \"progress\") { %s } }".formatted(aliases);
  }

  private HttpResponse<byte[]> commit() throws IOException, InterruptedException {
    return client.post(
        """
        mutation($input: CreateCommitOnBranchInput!) {
          createCommitOnBranch(input: $input) { commit { oid } }
        }
        """,
        Map.of(
            "input",
            Map.of(
                "branch",
                Map.of("repositoryNameWithOwner", "seam-school/progress", "branchName", "tracker"),
                "message",
                Map.of("headline", "Test"),
                "expectedHeadOid",
                simulator.world().trackerHead().name())));
  }
}
