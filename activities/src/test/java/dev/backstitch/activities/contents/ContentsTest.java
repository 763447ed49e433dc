package dev.backstitch.activities.contents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.contents.Contents.RestFile;
import dev.backstitch.orchestrator.quota.Permit;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentsTest {
  private static final String OID_OF_BRACES = "9e26dfeeb6e641a33dae4961196235bdb965b21b";

  private final ScriptedServer github = ScriptedServer.start();
  private final Meter meter = new Meter(ApiUse.NONE, Permit.NONE);

  @AfterEach
  void closeServer() {
    github.close();
  }

  @Test
  void a_file_is_decoded_and_proven() throws Exception {
    github.answers((request, reply) ->
        reply.json(
            200,
            """
            {"type": "file", "size": 2, "sha": "%s", "encoding": "base64", "content": "e3\\n0=\\n"}
            """
                .formatted(OID_OF_BRACES)));

    RestFile file = atCommit(100);

    assertThat(file)
        .isInstanceOfSatisfying(
            RestFile.Whole.class,
            whole -> {
              assertThat(whole.blobOid()).isEqualTo(OID_OF_BRACES);
              assertThat(whole.body().text()).isEqualTo("{}");
            });
    assertThat(meter.use()).isEqualTo(new ApiUse(1, 1, null));
  }

  @Test
  void bytes_that_do_not_have_the_promised_hash_are_not_believed() {
    github.answers((request, reply) ->
        reply.json(
            200,
            """
            {"type": "file", "size": 2, "sha": "%s", "encoding": "base64", "content": "W10="}
            """
                .formatted(OID_OF_BRACES)));

    assertThatThrownBy(() -> atCommit(100))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> assertThat(failed.problem().kind()).isEqualTo(Kind.UNREADABLE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"type\": \"file\", \"name\": \"a\"}]",
        "{\"type\": \"submodule\", \"size\": 0}",
        "{\"type\": \"file\", \"size\": 0, \"submodule_git_url\": \"git://example.org/x\"}",
        "{\"type\": \"dir\"}",
      })
  void what_is_no_file_is_told_as_such(String answer) throws Exception {
    github.answers((request, reply) -> reply.json(200, answer));

    assertThat(atCommit(100)).isEqualTo(new RestFile.NoFile());
  }

  @ParameterizedTest
  @CsvSource({"101, base64", "2000000, none"})
  void a_file_that_is_too_large_is_not_decoded(int size, String encoding) throws Exception {
    github.answers((request, reply) ->
        reply.json(
            200,
            "{\"type\": \"file\", \"size\": %d, \"encoding\": \"%s\", \"content\": \"\"}"
                .formatted(size, encoding)));

    assertThat(atCommit(100)).isEqualTo(new RestFile.Larger(size));
  }

  @ParameterizedTest
  @CsvSource({"404, 1", "403, 1", "502, 0", "429, 0", "401, 0"})
  void a_refusal_costs_quota_only_if_the_request_was_looked_at(int status, int points) {
    github.answers((request, reply) ->
        reply.bytes(status, "{\"message\": \"no\"}".getBytes(StandardCharsets.US_ASCII)));

    assertThatThrownBy(() -> atCommit(100)).isInstanceOf(GitHubException.class);

    assertThat(meter.use()).isEqualTo(new ApiUse(1, points, null));
  }

  private RestFile atCommit(long maxBytes) throws InterruptedException {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of("secret"));
    GitHubClient client =
        new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
    return new Contents(client)
        .atCommit(
            Repository.of(github.api(), "course/progress"),
            "abc",
            "progress.json",
            maxBytes,
            "read the file",
            meter);
  }
}
