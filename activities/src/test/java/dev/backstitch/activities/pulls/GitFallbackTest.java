package dev.backstitch.activities.pulls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitServer;
import dev.backstitch.activities.client.OneToken;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.git.HeadFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the git host is spared.
class GitFallbackTest {
  private final ScriptedServer git = ScriptedServer.start();
  private final Repository repository = Repository.of(git.api(), "course/progress");
  private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

  @AfterEach
  void closeServer() {
    git.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void a_host_that_is_away_is_left_alone_for_a_minute(int status) throws Exception {
    git.answers((request, reply) -> reply.bytes(status, new byte[0]));
    GitFallback fallback = fallback(HeadFiles.LIMITS);

    assertThat(fallback.ask(heads(1))).isEmpty();
    pass(Duration.ofSeconds(59));
    assertThat(fallback.ask(heads(1))).isEmpty();
    assertThat(git.seen()).hasSize(1);

    pass(Duration.ofSeconds(1));
    assertThat(fallback.ask(heads(1))).isEmpty();
    assertThat(git.seen()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"10, 60", "300, 300", "999999999, 3600"})
  void it_is_left_alone_as_long_as_it_says_within_reason(int asked, int kept) throws Exception {
    git.answers((request, reply) ->
        reply.with("Retry-After", String.valueOf(asked)).bytes(503, new byte[0]));
    GitFallback fallback = fallback(HeadFiles.LIMITS);

    fallback.ask(heads(1));
    pass(Duration.ofSeconds(kept - 1));
    fallback.ask(heads(1));
    assertThat(git.seen()).hasSize(1);

    pass(Duration.ofSeconds(1));
    fallback.ask(heads(1));
    assertThat(git.seen()).hasSize(2);
  }

  @Test
  void a_host_that_gives_no_answer_in_time_is_left_alone_too() throws Exception {
    git.answers((request, reply) -> reply.stall());
    GitFallback fallback = fallback(new GitServer.Limits(Duration.ofSeconds(1), 1_000));

    fallback.ask(heads(1));
    fallback.ask(heads(1));

    assertThat(git.seen()).hasSize(1);
  }

  @Test
  void what_is_wrong_with_one_repository_or_one_request_is_not_remembered() throws Exception {
    git.answers((request, reply) ->
        reply.bytes(request.path().startsWith("/course/progress.git") ? 503 : 404, new byte[0]));
    GitFallback fallback = fallback(HeadFiles.LIMITS);
    Repository other = Repository.of(git.api(), "course/other");

    fallback.ask(heads(1));
    fallback.ask(heads(other, 1));
    fallback.ask(heads(other, 1));

    assertThat(git.seen()).hasSize(3);
  }

  @Test
  void heads_that_are_all_too_big_are_not_asked_for_one_by_one() throws Exception {
    git.answers((request, reply) -> reply.bytes(200, new byte[1_000]));

    assertThat(fallback(narrow()).ask(heads(25))).isEmpty();

    assertThat(git.seen()).hasSize(GitFallback.MOST_CONVERSATIONS);
  }

  @Test
  void no_conversation_begins_when_the_attempt_has_waited_long_enough() throws Exception {
    git.answers((request, reply) -> {
      pass(GitFallback.PATIENCE.dividedBy(2).plusSeconds(1));
      reply.bytes(200, new byte[1_000]);
    });

    assertThat(fallback(narrow()).ask(heads(25))).isEmpty();

    assertThat(git.seen()).hasSize(2);
  }

  private static GitServer.Limits narrow() {
    return new GitServer.Limits(Duration.ofSeconds(20), 100);
  }

  private GitFallback fallback(GitServer.Limits limits) {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of("secret"));
    GitServer server =
        new GitServer(
            GitHubClient.newHttpClient(settings),
            settings,
            InstantSource.system(),
            new OneToken(settings.token()));
    return new GitFallback(new HeadFiles(server, limits), () -> now);
  }

  private List<FetchFile> heads(int count) {
    return heads(repository, count);
  }

  private static List<FetchFile> heads(Repository repository, int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(n -> new FetchFile(repository, n, "%040x".formatted(n), null, "progress.json"))
        .toList();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
