package dev.backstitch.activities.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.activities.client.ScriptedServer.Reply;
import dev.backstitch.activities.client.ScriptedServer.Seen;
import dev.backstitch.orchestrator.quota.Permit;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Asking again for what may not have changed.
class KnownAnswersTest {
  private static final String JSON = "application/vnd.github+json";

  private final ScriptedServer github = ScriptedServer.start();
  private final ScriptedServer elsewhere = ScriptedServer.start();
  private final Meter meter = new Meter(ApiUse.NONE, Permit.NONE);
  private final TwoTokens tokens = new TwoTokens();
  private final GitHubClient client =
      new GitHubClient(
          GitHubClient.newHttpClient(ClientSettings.DEFAULT),
          ClientSettings.DEFAULT,
          InstantSource.system(),
          tokens);

  @AfterEach
  void closeServers() {
    github.close();
    elsewhere.close();
  }

  /// As an App has them: another one when the first has expired.
  private static final class TwoTokens implements Credentials {
    private Token current = Token.of("first");

    void expire() {
      current = Token.of("second");
    }

    @Override
    public Token token(@Nullable Repository home, String purpose) {
      return current;
    }

    @Override
    public Token renewed(
        Token refused, Instant serverTime, @Nullable Repository home, String purpose) {
      return refused;
    }

    @Override
    public String masked(String text) {
      return text;
    }

    @Override
    public String advice() {
      return "";
    }
  }

  @Test
  void what_has_not_changed_is_told_from_memory_and_costs_no_point() throws Exception {
    github.answers((request, reply) -> tagged(request, reply, "\"v1\"", "[1]"));

    String first = get("/list").body().text();
    String second = get("/list").body().text();

    assertThat(first).isEqualTo("[1]");
    assertThat(second).isEqualTo("[1]");
    assertThat(github.seen())
        .extracting(request -> request.header("If-None-Match"))
        .containsExactly("", "\"v1\"");
    assertThat(meter.use()).isEqualTo(new ApiUse(2, 1, null));
  }

  @Test
  void what_has_changed_is_told_anew_and_asked_for_by_its_new_tag() throws Exception {
    github.answers((request, reply) -> tagged(request, reply, "W/\"v1\"", "[1]"));
    get("/list");
    github.answers((request, reply) -> tagged(request, reply, "W/\"v2\"", "[1,2]"));

    assertThat(get("/list").body().text()).isEqualTo("[1,2]");
    assertThat(get("/list").body().text()).isEqualTo("[1,2]");

    assertThat(github.seen().getLast().header("If-None-Match")).isEqualTo("W/\"v2\"");
    assertThat(meter.use().points()).isEqualTo(2);
  }

  @Test
  void a_tag_is_of_no_use_to_another_token() throws Exception {
    github.answers((request, reply) -> tagged(request, reply, "\"v1\"", "[1]"));
    get("/list");
    tokens.expire();

    get("/list");

    assertThat(github.seen().getLast().header("If-None-Match")).isEmpty();
  }

  @Test
  void pages_that_have_not_changed_still_lead_to_the_next_one() throws Exception {
    github.answers((request, reply) -> {
      if (request.path().equals("/list")) {
        reply.with("Link", "<" + github.api() + "/list?page=2>; rel=\"next\"");
      }
      tagged(request, reply, "\"" + request.path() + "\"", "[\"" + request.path() + "\"]");
    });
    List<JsonNode> before = client.getPages(github.api(), "/list", "list", meter);

    List<JsonNode> again = client.getPages(github.api(), "/list", "list", meter);

    assertThat(again).hasSize(2).isEqualTo(before);
    assertThat(meter.use().points()).isEqualTo(2);
  }

  @Test
  void a_tag_never_goes_to_another_host() throws Exception {
    github.answers(
        (request, reply) -> reply.with("Location", elsewhere.api() + "/storage").json(302, "{}"));
    elsewhere.answers((request, reply) -> reply.with("ETag", "\"theirs\"").json(200, "{}"));

    get("/moved");
    get("/moved");

    assertThat(elsewhere.seen())
        .hasSize(2)
        .allMatch(request -> request.header("If-None-Match").isEmpty());
  }

  @Test
  void large_answers_and_old_ones_are_not_kept() throws Exception {
    String body = "\"" + "x".repeat(KnownAnswers.MAX_ANSWER_BYTES - 2) + "\"";
    github.answers((request, reply) ->
        tagged(request, reply, "\"v1\"", request.path().equals("/larger") ? body + " " : body));

    get("/larger");
    for (int i = 0; i < 9; i++) {
      get("/answer-" + i);
    }
    int asked = github.seen().size();
    get("/larger");
    get("/answer-0");
    get("/answer-8");

    assertThat(github.seen().subList(asked, asked + 3))
        .extracting(request -> request.header("If-None-Match"))
        .containsExactly("", "", "\"v1\"");
  }

  @Test
  void not_modified_is_no_answer_to_who_knows_nothing() {
    github.answers((request, reply) -> reply.bytes(304, new byte[0]));

    assertThatThrownBy(() -> get("/list"))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> assertThat(failed.problem().kind()).isEqualTo(Problem.Kind.UNEXPECTED));
  }

  private GitHubResponse get(String path) throws InterruptedException {
    return client.get(github.api(), path, JSON, "read " + path, meter);
  }

  private static void tagged(Seen request, Reply reply, String tag, String body)
      throws IOException {
    reply.with("ETag", tag);
    if (request.header("If-None-Match").equals(tag)) {
      reply.bytes(304, new byte[0]);
    } else {
      reply.json(200, body);
    }
  }
}
