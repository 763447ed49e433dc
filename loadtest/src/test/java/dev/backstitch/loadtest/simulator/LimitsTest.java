package dev.backstitch.loadtest.simulator;

import static dev.backstitch.loadtest.simulator.ApiClient.header;
import static dev.backstitch.loadtest.simulator.ApiClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.quota.LimitShape;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who may ask, how often, and what it costs.
class LimitsTest {

  private static final String PULLS = "/repos/seam-school/progress/pulls";
  private static final String VIEWER = "{ viewer { login } }";

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(3));
  private final ApiClient client = new ApiClient(simulator);

  @Test
  void answers_may_show_now_the_one_and_now_the_other_of_two_windows() throws Exception {
    var other = new Fault.OtherWindow(129, Duration.ofMinutes(22));
    simulator.faults().rate(Operation.ANY, 0.5, other, 3);

    Set<String> used = new TreeSet<>();
    Set<Boolean> soon = new TreeSet<>();
    for (int i = 0; i < 12; i++) {
      HttpResponse<byte[]> answer = client.get("/user");
      used.add(ApiClient.header(answer, "X-RateLimit-Used"));
      long reset = Long.parseLong(ApiClient.header(answer, "X-RateLimit-Reset"));
      soon.add(
          reset - simulator.clock().now().getEpochSecond() < Duration.ofMinutes(30).toSeconds());
    }

    assertThat(used).contains("129").hasSizeGreaterThan(2);
    assertThat(soon).containsExactly(false, true);
    assertThat(simulator.quota(QuotaResource.CORE).used()).isEqualTo(12);
  }

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void every_answer_tells_the_quota_of_its_resource() throws Exception {
    HttpResponse<byte[]> rest = client.get(PULLS);
    HttpResponse<byte[]> graphQl = client.post(VIEWER, Map.of());

    assertThat(header(rest, "x-ratelimit-resource")).isEqualTo("core");
    assertThat(header(rest, "x-ratelimit-limit")).isEqualTo("5000");
    assertThat(header(rest, "x-ratelimit-remaining")).isEqualTo("4999");
    assertThat(header(rest, "x-ratelimit-used")).isEqualTo("1");
    assertThat(Long.parseLong(header(rest, "x-ratelimit-reset")))
        .isCloseTo(Instant.now().plusSeconds(3600).getEpochSecond(), within(60L));
    assertThat(header(graphQl, "x-ratelimit-resource")).isEqualTo("graphql");
    assertThat(header(graphQl, "x-ratelimit-used")).isEqualTo("1");
    assertThat(header(graphQl, "x-github-request-id")).matches("[0-9A-F:]+");
  }

  @Test
  void a_wrong_token_is_401_and_sees_the_anonymous_quota() throws Exception {
    try (var stranger = new ApiClient(simulator.apiUrl(), "wrong")) {
      HttpResponse<byte[]> rest = stranger.get(PULLS);
      HttpResponse<byte[]> graphQl = stranger.post(VIEWER, Map.of());

      assertThat(rest.statusCode()).isEqualTo(401);
      assertThat(text(rest)).contains("\"message\":\"Bad credentials\"");
      assertThat(header(rest, "x-ratelimit-limit")).isEqualTo("60");
      assertThat(header(rest, "x-ratelimit-remaining")).isEqualTo("59");
      assertThat(graphQl.statusCode()).isEqualTo(401);
    }
  }

  @Test
  void a_token_may_be_unknown_for_once() throws Exception {
    simulator.faults().nth(Operation.LIST_PULLS, 2, new Fault.TokenExpired());

    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> unknown = client.get(PULLS);

    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(header(unknown, "x-ratelimit-limit")).isEqualTo("60");
    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
    assertThat(simulator.quota(QuotaResource.CORE).used()).isEqualTo(2);
  }

  @Test
  void a_revoked_token_is_401() throws Exception {
    simulator.revokeToken(simulator.token());

    assertThat(client.get(PULLS).statusCode()).isEqualTo(401);
  }

  @Test
  void without_a_token_rest_is_read_for_60_requests_and_graphql_is_401() throws Exception {
    client.without("Authorization");

    for (int i = 0; i < 59; i++) {
      assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
    }
    assertThat(client.post(VIEWER, Map.of()).statusCode()).isEqualTo(401);
    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> refused = client.get(PULLS);

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(header(refused, "x-ratelimit-remaining")).isEqualTo("0");
  }

  @Test
  void a_user_agent_is_demanded() throws Exception {
    // The JDK's client always sends one; an empty one is as good as none.
    HttpResponse<byte[]> answer = client.with("User-Agent", "").get(PULLS);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(text(answer)).contains("User-Agent");
    assertThat(simulator.takeViolations()).hasSize(1);
  }

  @Test
  void an_unknown_api_version_is_400() throws Exception {
    HttpResponse<byte[]> answer = client.with("X-GitHub-Api-Version", "1999-01-01").get(PULLS);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer)).contains("1999-01-01");
  }

  @Test
  void an_unchanged_list_is_304_and_free() throws Exception {
    String tag = header(client.get(PULLS), "etag");

    HttpResponse<byte[]> again = client.with("If-None-Match", tag).get(PULLS);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(header(again, "etag")).isEqualTo(tag);
    assertThat(header(again, "x-ratelimit-used")).isEqualTo("1");
    assertThat(simulator.counts().notModified()).isEqualTo(1);
    assertThat(simulator.counts().points()).isEqualTo(1);
  }

  @Test
  void a_changed_list_is_sent_again_with_another_tag() throws Exception {
    String tag = header(client.get(PULLS), "etag");
    simulator.world().pushProgress(1);

    HttpResponse<byte[]> again = client.with("If-None-Match", tag).get(PULLS);

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(header(again, "etag")).isNotEqualTo(tag);
  }

  @Test
  void a_tag_belongs_to_its_token_and_a_quota_to_the_account() throws Exception {
    simulator.addToken("another");
    String tag = header(client.get(PULLS), "etag");

    try (var sameAccount = new ApiClient(simulator.apiUrl(), "another")) {
      HttpResponse<byte[]> answer = sameAccount.with("If-None-Match", tag).get(PULLS);

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "x-ratelimit-used")).isEqualTo("2");
    }
    simulator.addToken("foreign", new User(5, "somebody"));
    try (var otherAccount = new ApiClient(simulator.apiUrl(), "foreign")) {
      assertThat(header(otherAccount.get(PULLS), "x-ratelimit-used")).isEqualTo("1");
    }
  }

  @Test
  void a_time_of_change_survives_the_token() throws Exception {
    String commit =
        "/repos/seam-school/progress/git/commits/" + simulator.world().trackerHead().name();
    String changed = header(client.get(commit), "Last-Modified");
    simulator.addToken("second");

    try (var second = new ApiClient(simulator.apiUrl(), "second")) {
      assertThat(second.get(commit).statusCode()).isEqualTo(200);
      second.with("If-Modified-Since", changed);
      assertThat(second.get(commit).statusCode()).isEqualTo(304);
      second.with("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT");
      assertThat(second.get(commit).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_spent_quota_is_403_for_rest_until_the_hour_ends() throws Exception {
    client.get(PULLS);
    simulator.setRemaining(QuotaResource.CORE, 1);

    HttpResponse<byte[]> last = client.get(PULLS);
    HttpResponse<byte[]> refused = client.get(PULLS);
    HttpResponse<byte[]> free = client.get("/rate_limit");
    simulator.clock().advance(Duration.ofHours(1));
    HttpResponse<byte[]> next = client.get(PULLS);

    assertThat(header(last, "x-ratelimit-remaining")).isEqualTo("0");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(text(refused)).contains("API rate limit exceeded");
    assertThat(free.statusCode()).isEqualTo(200);
    assertThat(next.statusCode()).isEqualTo(200);
    assertThat(header(next, "x-ratelimit-used")).isEqualTo("1");
  }

  @Test
  void a_spent_quota_is_an_error_with_status_200_for_graphql() throws Exception {
    simulator.setRemaining(QuotaResource.GRAPHQL, 0);

    HttpResponse<byte[]> refused = client.post(VIEWER, Map.of());
    simulator.limitShape(LimitShape.RATE_LIMIT_WITH_CODE);
    JsonNode other = client.query(VIEWER);

    assertThat(refused.statusCode()).isEqualTo(200);
    assertThat(ApiClient.json(refused).at("/errors/0/type").asText()).isEqualTo("RATE_LIMITED");
    assertThat(header(refused, "x-ratelimit-remaining")).isEqualTo("0");
    assertThat(other.at("/errors/0/type").asText()).isEqualTo("RATE_LIMIT");
    assertThat(other.at("/errors/0/code").asText()).isEqualTo("graphql_rate_limit");
    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
  }

  @Test
  void a_spent_quota_may_be_429_for_rest() throws Exception {
    simulator.limitShape(LimitShape.RATE_LIMIT_WITH_CODE);
    simulator.setRemaining(QuotaResource.CORE, 0);

    assertThat(client.get(PULLS).statusCode()).isEqualTo(429);
  }

  @Test
  void the_quota_of_graphql_is_shown_full_though_it_is_spent() throws Exception {
    simulator.setRemaining(QuotaResource.GRAPHQL, 0);
    simulator.faults().next(Operation.GET_RATE_LIMIT, new Fault.ShownFull());

    assertThat(client.json("/rate_limit").at("/resources/graphql/remaining").asInt())
        .isEqualTo(5000);
    assertThat(client.query("{ viewer { login } }").at("/errors/0/type").asText())
        .isEqualTo("RATE_LIMITED");
    assertThat(client.json("/rate_limit").at("/resources/graphql/remaining").asInt()).isZero();
  }

  @Test
  void a_secondary_limit_may_name_itself() throws Exception {
    simulator
        .faults()
        .next(
            Operation.LIST_PULLS,
            new Fault.SecondaryLimit(403, Optional.empty(), Optional.of("some-limit")));

    assertThat(header(client.get(PULLS), "gh-limited-by")).isEqualTo("some-limit");
  }

  @Test
  void processor_time_may_be_limited_from_the_start() throws Exception {
    SimulatorConfig config =
        SimulatorConfig.withoutLatency()
            .withStudents(1)
            .withLatency(Duration.ZERO, Duration.ofSeconds(1))
            .withSecondaryLimits(SecondaryLimits.Limits.GITHUB.withProcessorTime(1, 1));
    try (var slow = GitHubSimulator.start(config);
        var hasty = new ApiClient(slow)) {

      assertThat(hasty.get(PULLS).statusCode()).isEqualTo(200);
      assertThat(hasty.get(PULLS).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void a_fault_can_spend_the_quota() throws Exception {
    simulator.faults().next(Operation.LIST_PULLS, new Fault.QuotaExhausted());

    assertThat(client.get(PULLS).statusCode()).isEqualTo(403);
    assertThat(simulator.quota(QuotaResource.CORE).remaining()).isZero();
    assertThat(simulator.quota(QuotaResource.GRAPHQL).remaining()).isEqualTo(5000);
  }

  @Test
  void a_secondary_limit_may_say_when_to_come_back_or_not() throws Exception {
    simulator.faults().next(Operation.ANY, new Fault.SecondaryLimit(403, Optional.of("7")));
    simulator.faults().next(Operation.ANY, new Fault.SecondaryLimit(429, Optional.empty()));

    HttpResponse<byte[]> told = client.get(PULLS);
    HttpResponse<byte[]> untold = client.post(VIEWER, Map.of());

    assertThat(told.statusCode()).isEqualTo(403);
    assertThat(header(told, "retry-after")).isEqualTo("7");
    assertThat(header(told, "x-ratelimit-remaining")).isEqualTo("5000");
    assertThat(untold.statusCode()).isEqualTo(429);
    assertThat(untold.headers().firstValue("retry-after")).isEmpty();
    assertThat(text(untold)).contains("secondary rate limit");
  }

  @Test
  void a_secondary_limit_of_graphql_may_come_with_status_200() throws Exception {
    simulator.faults().next(Operation.GRAPHQL, new Fault.SecondaryLimit(200, Optional.of("7")));

    HttpResponse<byte[]> answer = client.post(VIEWER, Map.of());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "retry-after")).isEqualTo("7");
    assertThat(ApiClient.json(answer).at("/errors/0/message").asText())
        .contains("secondary rate limit");
    assertThat(ApiClient.json(answer).has("data")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            simulator
                .faults()
                .next(Operation.LIST_PULLS, new Fault.SecondaryLimit(200, Optional.empty())));
  }

  @Test
  void what_takes_too_long_in_a_minute_is_slowed_down() throws Exception {
    simulator.secondaryLimits(SecondaryLimits.Limits.GITHUB.withProcessorTime(1, 0));
    simulator.faults().next(Operation.LIST_PULLS, new Fault.Slow(Duration.ofSeconds(1)));

    HttpResponse<byte[]> slow = client.get(PULLS);
    HttpResponse<byte[]> refused = client.get(PULLS);
    simulator.clock().advance(Duration.ofMinutes(1));

    assertThat(slow.statusCode()).isEqualTo(200);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(text(refused)).contains("secondary rate limit");
    assertThat(client.get(PULLS).statusCode()).isEqualTo(200);
  }

  @Test
  void a_wrong_server_clock_shifts_the_date_and_the_reset_alike() throws Exception {
    simulator.clock().skew(Duration.ofMinutes(-2));

    HttpResponse<byte[]> answer = client.get(PULLS);

    Instant date =
        ZonedDateTime.parse(header(answer, "date"), DateTimeFormatter.RFC_1123_DATE_TIME)
            .toInstant();
    assertThat(date).isBetween(Instant.now().minusSeconds(180), Instant.now().minusSeconds(100));
    assertThat(Long.parseLong(header(answer, "x-ratelimit-reset")) - date.getEpochSecond())
        .isBetween(3590L, 3605L);
  }

  @Test
  void counts_can_be_compared_with_earlier_ones() throws Exception {
    client.get(PULLS);
    Counts before = simulator.counts();
    client.get(PULLS);
    client.query(VIEWER);

    Counts added = simulator.counts().since(before);

    assertThat(added.requests()).isEqualTo(2);
    assertThat(added.rest()).isEqualTo(1);
    assertThat(added.graphQl()).isEqualTo(1);
    assertThat(added.points()).isEqualTo(2);
    assertThat(added.byOperation())
        .containsOnly(Map.entry(Operation.LIST_PULLS, 1L), Map.entry(Operation.OTHER_QUERY, 1L));
    assertThat(added.bytes()).isPositive();
    assertThat(Counts.NONE.since(Counts.NONE)).isEqualTo(Counts.NONE);
  }
}
