package dev.backstitch.activities.pulls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.ScriptedServer.Seen;
import dev.backstitch.activities.client.Token;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PullRequestsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PAGE =
      """
      {"data": {"rateLimit": {"cost": 1, "remaining": 4998}, "repository": {"pullRequests": {
        "pageInfo": {"hasNextPage": true, "endCursor": "Y3Vyc29y"},
        "nodes": [
          {"number": 4, "headRefOid": "aaaa",
           "author": {"login": "ann", "databaseId": 2147483647},
           "headRepository": {"nameWithOwner": "ann/progress"}},
          {"number": 5, "headRefOid": "bbbb", "author": null, "headRepository": null},
          {"number": 6, "headRefOid": "cccc", "author": {"login": "some-bot"},
           "headRepository": {"nameWithOwner": "course/progress"}}
        ]}}}}
      """;

  private static final String REST_PAGE =
      """
      [{"number": 4, "user": {"login": "ann", "id": 2147483647, "type": "User"},
        "head": {"sha": "aaaa", "repo": {"full_name": "ann/progress"}}},
       {"number": 5, "user": {"login": "ghost", "id": 10137, "type": "User"},
        "head": {"sha": "bbbb", "repo": null}},
       {"number": 6, "user": {"login": "some-bot", "id": 49, "type": "Bot"},
        "head": {"sha": "cccc", "repo": {"full_name": "course/progress"}}}]
      """;

  private final ScriptedServer github = ScriptedServer.start();
  private final Meter meter = new Meter(ApiUse.NONE, Permit.NONE);

  @AfterEach
  void closeServer() {
    github.close();
  }

  @Test
  void a_page_tells_of_every_pull_request_even_of_deleted_authors_and_forks() throws Exception {
    github.answers((request, reply) -> reply.json(200, PAGE));

    HeadsPage page = list(null);

    assertThat(page.heads())
        .containsExactly(
            new Head(4, "aaaa", new Author("ann", 2147483647L), "ann/progress"),
            new Head(5, "bbbb", null, null),
            new Head(6, "cccc", new Author("some-bot", null), "course/progress"));
    assertThat(page.nextCursor()).isEqualTo("Y3Vyc29y");
    assertThat(page.use()).isEqualTo(new ApiUse(1, 1, 4998));
  }

  @Test
  void pages_are_of_100_oldest_first_and_go_on_at_the_cursor() throws Exception {
    github.answers((request, reply) -> reply.json(200, PAGE));

    list("cursor-1");

    JsonNode body = JSON.readTree(github.seen().getFirst().body());
    assertThat(body.path("query").asText())
        .contains("orderBy: {field: CREATED_AT, direction: ASC}")
        .contains("states: OPEN");
    assertThat(body.path("variables"))
        .isEqualTo(
            JSON.readTree(
                """
                {"owner": "course", "name": "progress", "base": "main", "first": 100,
                 "after": "cursor-1"}
                """));
  }

  @Test
  void a_page_that_failed_by_chance_is_asked_for_once_more() throws Exception {
    github.answers((request, reply) -> {
      if (github.seen().size() == 1) {
        reply.json(502, "{}");
      } else {
        reply.json(200, PAGE);
      }
    });
    PullRequests pulls = pulls();

    assertThat(list(pulls, null).use().requests()).isEqualTo(2);
    list(pulls, "cursor-1");

    assertThat(github.seen()).extracting(PullRequestsTest::first).containsExactly(100, 100, 100);
  }

  @Test
  void a_page_that_is_too_slow_is_asked_for_in_halves() throws Exception {
    github.answers((request, reply) -> {
      if (first(request) > 25) {
        reply.json(502, "{}");
      } else {
        reply.json(200, PAGE);
      }
    });

    HeadsPage page = list(null);

    assertThat(page.heads()).hasSize(3);
    assertThat(github.seen().stream().map(PullRequestsTest::first))
        .containsExactly(100, 100, 50, 25);
    assertThat(page.use().requests()).isEqualTo(4);
  }

  @Test
  void the_page_after_one_that_was_too_slow_begins_with_what_passed() throws Exception {
    github.answers((request, reply) -> {
      if (first(request) > 50) {
        reply.json(502, "{}");
      } else {
        reply.json(200, PAGE);
      }
    });
    PullRequests pulls = pulls();
    list(pulls, null);
    int asked = github.seen().size();

    list(pulls, "cursor-1");

    assertThat(github.seen().subList(asked, github.seen().size()))
        .extracting(PullRequestsTest::first)
        .containsExactly(50);
  }

  @Test
  void a_listing_that_graphql_cannot_give_goes_on_by_rest_to_its_end() throws Exception {
    github.answers((request, reply) -> {
      if (request.method().equals("POST")) {
        reply.json(502, "{}");
      } else if (request.path().contains("page=2")) {
        reply.json(200, "[]");
      } else {
        reply
            .with("Link", "<" + github.api() + "/repositories/7/pulls?page=2>; rel=\"next\"")
            .json(200, REST_PAGE);
      }
    });

    HeadsPage first = list("a-cursor-of-graphql");
    HeadsPage last = list(first.nextCursor());

    assertThat(first.heads())
        .containsExactly(
            new Head(4, "aaaa", new Author("ann", 2147483647L), "ann/progress"),
            new Head(5, "bbbb", null, null),
            new Head(6, "cccc", new Author("some-bot", null), "course/progress"));
    assertThat(last.heads()).isEmpty();
    assertThat(last.nextCursor()).isNull();
    assertThat(github.seen())
        .extracting(Seen::path)
        .containsExactly(
            "/graphql",
            "/graphql",
            "/graphql",
            "/graphql",
            "/repos/course/progress/pulls"
                + "?state=open&sort=created&direction=asc&per_page=100&base=main",
            "/repositories/7/pulls?page=2");
  }

  @Test
  void a_next_page_on_another_server_is_not_asked_for() {
    github.answers((request, reply) -> {
      if (request.method().equals("POST")) {
        reply.json(502, "{}");
      } else {
        reply
            .with("Link", "<https://elsewhere.example.com/pulls?page=2>; rel=\"next\"")
            .json(200, REST_PAGE);
      }
    });

    assertThatThrownBy(() -> list(null))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> assertThat(failed.problem().kind()).isEqualTo(Kind.UNREADABLE));
  }

  @Test
  void a_missing_repository_is_told_clearly() {
    github.answers((request, reply) ->
        reply.json(
            200,
            """
            {"data": {"rateLimit": {"cost": 1, "remaining": 9}, "repository": null},
             "errors": [{"type": "NOT_FOUND", "path": ["repository"],
              "message": "Could not resolve to a Repository with the name 'course/progress'."}]}
            """));

    assertThatThrownBy(() -> list(null))
        .isInstanceOfSatisfying(
            GitHubException.class,
            failed -> {
              assertThat(failed.problem().kind()).isEqualTo(Kind.NOT_FOUND);
              assertThat(failed.problem().message())
                  .contains("list the open pull requests of course/progress")
                  .contains("or the token may not see it");
            });
    assertThat(github.seen()).hasSize(1);
    assertThat(meter.use().points()).isEqualTo(1);
  }

  private HeadsPage list(@Nullable String cursor) throws InterruptedException {
    return list(pulls(), cursor);
  }

  private static PullRequests pulls() {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of("secret"));
    GitHubClient client =
        new GitHubClient(GitHubClient.newHttpClient(settings), settings, InstantSource.system());
    return new PullRequests(new GraphQl(client), client);
  }

  private HeadsPage list(PullRequests pulls, @Nullable String cursor) throws InterruptedException {
    return pulls.list(
        new ListHeads(Repository.of(github.api(), "course/progress"), "main", cursor),
        new ActivityContext(new RunId(1), 1, 1),
        meter);
  }

  private static int first(Seen request) {
    try {
      return JSON.readTree(request.body()).path("variables").path("first").asInt();
    } catch (java.io.IOException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }
}
