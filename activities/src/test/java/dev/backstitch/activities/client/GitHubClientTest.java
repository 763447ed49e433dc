package dev.backstitch.activities.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.orchestrator.quota.Permit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubClientTest {
  private static final String TOKEN = "ghp_aSecretThatMustNotLeak";
  private static final String JSON = "application/vnd.github+json";
  private static final ClientSettings SETTINGS =
      ClientSettings.DEFAULT
          .withToken(Token.of(TOKEN))
          .withRequestTimeout(Duration.ofMillis(400))
          .withMaxAnswerBytes(10_000);

  private final ScriptedServer github = ScriptedServer.start();
  private final ScriptedServer elsewhere = ScriptedServer.start();
  private final GitHubClient client = client(SETTINGS);
  private final Meter meter = new Meter(ApiUse.NONE, Permit.NONE);

  @AfterEach
  void closeServers() {
    github.close();
    elsewhere.close();
  }

  @Test
  void every_request_says_who_we_are_and_which_version_we_speak() throws Exception {
    github.answers((request, reply) -> reply.json(200, "{}"));

    get("/rate_limit");

    assertThat(github.seen())
        .singleElement()
        .satisfies(request -> {
          assertThat(request.header("Authorization")).isEqualTo("Bearer " + TOKEN);
          assertThat(request.header("User-Agent")).startsWith("backstitch/");
          assertThat(request.header("X-GitHub-Api-Version")).isEqualTo("2022-11-28");
          assertThat(request.header("Accept")).isEqualTo(JSON);
          assertThat(request.header("Accept-Encoding")).isEqualTo("gzip");
        });
    assertThat(meter.use()).isEqualTo(new ApiUse(1, 1, null));
  }

  @Test
  void a_compressed_answer_is_inflated() throws Exception {
    github.answers(
        (request, reply) -> reply.with("Content-Encoding", "gzip").bytes(200, gzip("{\"a\":1}")));

    assertThat(get("/x").body().text()).isEqualTo("{\"a\":1}");
  }

  @Test
  void an_answer_larger_than_the_bound_is_not_read_and_not_asked_for_again() throws Exception {
    github.answers((request, reply) -> reply.bytes(200, new byte[10_001]));
    assertProblem(Kind.TOO_BIG, () -> get("/x"));

    github.answers((request, reply) ->
        reply.with("Content-Encoding", "gzip").bytes(200, gzip("x".repeat(10_001))));
    assertProblem(Kind.TOO_BIG, () -> get("/x"));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void a_redirect_is_followed_and_counted(int status) throws Exception {
    github.answers((request, reply) -> {
      if (request.path().equals("/repos/old/name")) {
        reply.with("Location", "/repositories/1").json(status, "{}");
      } else {
        reply.json(200, "{\"name\":\"new\"}");
      }
    });

    GitHubResponse response = get("/repos/old/name");

    assertThat(response.body().text()).contains("new");
    assertThat(github.seen()).allMatch(request -> !request.header("Authorization").isEmpty());
    assertThat(meter.use().requests()).isEqualTo(2);
  }

  @Test
  void the_token_never_goes_to_another_host() throws Exception {
    github.answers((request, reply) ->
        reply.with("Location", elsewhere.api() + "/storage/blob").json(302, "{}"));
    elsewhere.answers((request, reply) -> reply.json(200, "{}"));

    get("/repos/o/r/contents/f");

    assertThat(elsewhere.seen())
        .singleElement()
        .satisfies(request -> assertThat(request.headers()).doesNotContainKey("Authorization"));
  }

  @Test
  void a_document_is_not_redirected_to_another_host() {
    github.answers(
        (request, reply) -> reply.with("Location", elsewhere.api() + "/graphql").json(307, "{}"));

    assertProblem(Kind.UNEXPECTED, this::query);
    assertThat(elsewhere.seen()).isEmpty();
  }

  @Test
  void a_circle_of_redirects_ends() {
    github.answers((request, reply) -> reply.with("Location", request.path()).json(302, "{}"));

    assertProblem(Kind.UNEXPECTED, () -> get("/circle"));
    assertThat(meter.use().requests()).isEqualTo(6);
  }

  @Test
  void an_answer_that_does_not_begin_in_time_is_given_up() {
    github.answers((request, reply) -> reply.stall());

    assertProblem(Kind.TIMEOUT, () -> get("/slow"));
  }

  @Test
  void an_answer_that_does_not_end_in_time_is_given_up() {
    github.answers((request, reply) -> reply.stallInTheBody());

    assertProblem(Kind.TIMEOUT, () -> get("/slow"));
  }

  @Test
  void a_connection_that_breaks_leaves_the_outcome_unknown() {
    github.answers((request, reply) -> reply.hangUp());

    Problem problem = assertProblem(Kind.CONNECTION_LOST, this::query);

    assertThat(problem.leavesOutcomeUnknown()).isTrue();
  }

  @Test
  void a_refused_connection_names_the_address() {
    ApiUrl gone = elsewhere.api();
    elsewhere.close();

    Problem problem =
        assertProblem(Kind.UNREACHABLE, () -> client.get(gone, "/x", JSON, "read x", meter));

    assertThat(problem.message()).contains("read x").contains(gone.toString());
    assertThat(problem.leavesOutcomeUnknown()).isFalse();
  }

  @Test
  void without_a_token_nothing_is_sent_and_the_message_says_what_to_set() {
    GitHubClient anonymous = client(ClientSettings.DEFAULT);

    Problem problem =
        assertProblem(
            Kind.MISSING_TOKEN, () -> anonymous.get(github.api(), "/x", JSON, "read x", meter));

    assertThat(problem.message()).contains("GITHUB_TOKEN");
    assertThat(github.seen()).isEmpty();
    assertThat(meter.use()).isEqualTo(ApiUse.NONE);
  }

  @Test
  void a_token_that_a_server_echoes_is_masked() {
    github.answers((request, reply) ->
        reply.json(403, "{\"message\":\"not for " + request.header("Authorization") + "\"}"));

    Problem problem = assertProblem(Kind.FORBIDDEN, () -> get("/x"));

    assertThat(problem.message()).contains("not for Bearer ***").doesNotContain(TOKEN);
    assertThat(SETTINGS.toString()).doesNotContain(TOKEN);
  }

  @Test
  void points_are_what_the_answer_says() throws Exception {
    github.answers((request, reply) ->
        reply.json(200, "{\"data\":{\"rateLimit\":{\"cost\":3,\"remaining\":4990}}}"));

    query();

    assertThat(meter.use()).isEqualTo(new ApiUse(1, 3, 4990));
  }

  @Test
  void an_answer_cut_short_is_unreadable() {
    github.answers((request, reply) -> reply.json(200, "{\"data\":{\"repository\":{\"ref\""));

    assertProblem(Kind.UNREADABLE, this::query);
  }

  @Test
  void an_answer_that_is_no_graphql_is_unreadable() {
    github.answers((request, reply) -> reply.bytes(200, new byte[0]));

    assertProblem(Kind.UNREADABLE, this::query);
  }

  private GitHubClient client(ClientSettings settings) {
    return new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
  }

  private GitHubResponse get(String path) throws InterruptedException {
    return client.get(github.api(), path, JSON, "read " + path, meter);
  }

  private GraphQlAnswer query() throws InterruptedException {
    return new GraphQl(client)
        .send(github.api(), "query { x }", GraphQl.variables(), "ask for x", meter);
  }

  private static Problem assertProblem(Kind kind, ThrowingCallable code) {
    Problem[] problem = new Problem[1];
    assertThatThrownBy(code)
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(kind);
              problem[0] = failed.problem();
            });
    return problem[0];
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
