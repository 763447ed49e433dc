package dev.backstitch.activities.pulls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitServer;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.MeteredCalls;
import dev.backstitch.activities.client.OneToken;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.ScriptedServer;
import dev.backstitch.activities.client.ScriptedServer.Seen;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.activities.format.GitBlob;
import dev.backstitch.activities.git.HeadFiles;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.BatchHandler.Item;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileFetcherTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VALID = "[{\"exercise_name\": \"caf\\u00e9\"}]";

  private final ScriptedServer github = ScriptedServer.start();
  private final Repository repository = Repository.of(github.api(), "course/progress");
  private final FileFetcher fetcher = fetcher();
  private final FilesOnGitHub files = new FilesOnGitHub();

  @AfterEach
  void closeServer() {
    github.close();
  }

  @Test
  void a_batch_is_one_request_and_every_file_has_its_own_outcome() throws Exception {
    github.answers(files::answer);
    files.put(oid(1), bytes(VALID));
    files.putCommitWithoutFile(oid(2));
    files.put(oid(3), bytes("{}"));
    files.put(oid(4), new byte[600_000]);

    List<FetchedFile> fetched = fetchAll(1, 2, 3, 4);

    assertThat(fetched)
        .containsExactly(
            new FetchedFile.Found(GitBlob.oid(bytes(VALID)), VALID),
            new FetchedFile.MissingFile(),
            new FetchedFile.InvalidJson("it must be an array of objects, but it is an object"),
            new FetchedFile.TooBig(600_000, FetchBatch.MAX_FILE_BYTES));
    assertThat(github.seen()).hasSize(1);
  }

  @Test
  void files_are_read_at_the_commit_that_was_listed_and_never_by_branch() throws Exception {
    github.answers(files::answer);
    files.put(oid(7), bytes(VALID));

    fetchAll(7);

    JsonNode body = JSON.readTree(github.seen().getFirst().body());
    assertThat(body.path("query").asText())
        .contains("p7: object(oid: $p7)")
        .doesNotContain("refs/");
    assertThat(body.path("variables").path("p7").asText()).isEqualTo(oid(7));
    assertThat(body.path("variables").path("p7_path").asText()).isEqualTo("progress.json");
  }

  @Test
  void the_cost_of_a_batch_is_booked_once() throws Exception {
    github.answers(files::answer);
    files.put(oid(1), bytes(VALID));
    files.put(oid(2), bytes(VALID));

    List<BatchResult<Fetched>> results = fetcher.handle(items(calls(1, 2)));

    assertThat(use(results.get(0))).isEqualTo(new ApiUse(1, 1, 4000));
    assertThat(use(results.get(1))).isEqualTo(ApiUse.NONE);
  }

  @Test
  void a_query_that_is_too_slow_is_halved_until_it_passes() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    github.answers((request, reply) -> {
      int size = FilesOnGitHub.wanted(request).size();
      sizes.add(size);
      if (size > 6) {
        reply.json(502, "{\"message\":\"We couldn't respond to your request in time.\"}");
      } else {
        files.answer(request, reply);
      }
    });
    int[] numbers = IntStream.rangeClosed(1, 25).toArray();
    IntStream.of(numbers).forEach(n -> files.put(oid(n), bytes(VALID)));

    List<FetchedFile> fetched = fetchAll(numbers);

    assertThat(fetched).hasSize(25).allMatch(FetchedFile.Found.class::isInstance);
    assertThat(sizes).containsExactly(25, 25, 13, 7, 4, 3, 6, 12, 6, 6);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_failure_by_chance_costs_one_request_more(boolean hangsUp) throws Exception {
    List<Integer> sizes = new ArrayList<>();
    github.answers((request, reply) -> {
      sizes.add(FilesOnGitHub.wanted(request).size());
      if (sizes.size() > 1) {
        files.answer(request, reply);
      } else if (hangsUp) {
        reply.hangUp();
      } else {
        reply.bytes(502, new byte[0]);
      }
    });
    int[] numbers = IntStream.rangeClosed(1, 25).toArray();
    IntStream.of(numbers).forEach(n -> files.put(oid(n), bytes(VALID)));

    List<FetchedFile> fetched = fetchAll(numbers);

    assertThat(fetched).hasSize(25).allMatch(FetchedFile.Found.class::isInstance);
    assertThat(sizes).containsExactly(25, 25);
  }

  @Test
  void what_a_repository_bears_is_remembered_for_the_next_batch() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    github.answers((request, reply) -> {
      sizes.add(FilesOnGitHub.wanted(request).size());
      if (sizes.getLast() > 12) {
        reply.json(502, "{}");
      } else {
        files.answer(request, reply);
      }
    });
    int[] numbers = IntStream.rangeClosed(1, 25).toArray();
    IntStream.of(numbers).forEach(n -> files.put(oid(n), bytes(VALID)));
    fetchAll(numbers);
    sizes.clear();

    List<FetchedFile> fetched = fetchAll(numbers);

    assertThat(fetched).hasSize(25).allMatch(FetchedFile.Found.class::isInstance);
    assertThat(sizes).containsExactly(12, 12, 1);
  }

  @Test
  void an_outage_teaches_nothing_about_sizes() throws Exception {
    int[] numbers = IntStream.rangeClosed(1, 25).toArray();
    IntStream.of(numbers).forEach(n -> files.put(oid(n), bytes(VALID)));
    github.answers((request, reply) -> reply.bytes(503, new byte[0]));
    fetcher.handle(items(calls(numbers)));
    int asked = github.seen().size();
    github.answers(files::answer);

    fetchAll(numbers);

    assertThat(github.seen()).hasSize(asked + 1);
  }

  @Test
  void what_a_partial_answer_holds_is_kept_and_only_the_rest_is_asked_again() throws Exception {
    List<List<String>> asked = new ArrayList<>();
    github.answers((request, reply) -> {
      asked.add(List.copyOf(FilesOnGitHub.wanted(request).keySet()));
      ObjectNode answer = files.graphQl(request);
      if (asked.size() == 1) {
        ((ObjectNode) answer.path("data").path("repository")).putNull("p3");
        ArrayNode errors = answer.putArray("errors");
        errors
            .addObject()
            .put("type", "RESOURCE_LIMITS_EXCEEDED")
            .put("message", "Resource limits for this query exceeded.");
      }
      reply.json(200, answer.toString());
    });
    IntStream.rangeClosed(1, 4).forEach(n -> files.put(oid(n), bytes(VALID)));

    List<FetchedFile> fetched = fetchAll(1, 2, 3, 4);

    assertThat(fetched).allMatch(FetchedFile.Found.class::isInstance);
    assertThat(asked).containsExactly(List.of("p1", "p2", "p3", "p4"), List.of("p3"));
  }

  @Test
  void one_file_that_breaks_every_query_is_read_by_rest_and_harms_no_other() throws Exception {
    github.answers((request, reply) -> {
      if (request.method().equals("POST") && FilesOnGitHub.wanted(request).containsKey("p3")) {
        reply.hangUp();
      } else {
        files.answer(request, reply);
      }
    });
    IntStream.rangeClosed(1, 5).forEach(n -> files.put(oid(n), bytes(VALID)));

    List<FetchedFile> fetched = fetchAll(1, 2, 3, 4, 5);

    assertThat(fetched).allMatch(FetchedFile.Found.class::isInstance);
    assertThat(github.seen().stream().filter(seen -> seen.method().equals("GET")))
        .extracting(Seen::path)
        .containsExactly(
            "/repos/student-3/progress/contents/progress.json?ref=" + oid(3),
            "/repos/course/progress/contents/progress.json?ref=" + oid(3));
  }

  @Test
  void when_github_is_down_it_is_not_asked_for_every_file() throws Exception {
    github.answers((request, reply) -> reply.bytes(503, new byte[0]));

    List<BatchResult<Fetched>> results =
        fetcher.handle(items(calls(IntStream.rangeClosed(1, 25).toArray())));

    assertThat(results)
        .allSatisfy(result ->
            assertThat(failure(result))
                .isInstanceOfSatisfying(
                    TransientFailureException.class,
                    down -> assertThat(down.failure().type()).isEqualTo("server-error")));
    assertThat(github.seen()).as("25 twice, 13, 7, 4, 2, 1 and REST").hasSize(8);
  }

  @Test
  void a_used_up_quota_defers_what_is_left_and_asks_for_nothing_more() throws Exception {
    github.answers((request, reply) ->
        reply
            .with("retry-after", "120")
            .json(
                200,
                """
                {"errors":[{"message":"You have exceeded a secondary rate limit."}]}
                """));

    List<BatchResult<Fetched>> results = fetcher.handle(items(calls(1, 2, 3)));

    assertThat(results)
        .allSatisfy(result ->
            assertThat(failure(result))
                .isInstanceOfSatisfying(
                    DeferredException.class,
                    deferred -> assertThat(deferred.delay()).isEqualTo(Duration.ofMinutes(2))));
    assertThat(github.seen()).hasSize(1);
  }

  @Test
  void what_a_failed_attempt_used_is_booked_on_the_one_that_returns() throws Exception {
    files.put(oid(1), bytes(VALID));
    List<Item<FetchFile>> items = items(calls(1));
    github.answers((request, reply) -> reply.bytes(503, new byte[0]));
    fetcher.handle(items);

    github.answers(files::answer);
    List<BatchResult<Fetched>> results = fetcher.handle(items);

    assertThat(use(results.getFirst()).requests()).isEqualTo(2 + 1);
  }

  @Test
  void text_that_does_not_have_its_hash_is_fetched_as_bytes() throws Exception {
    byte[] latin1 = "[{\"name\": \"Jos\u00e9\"}]".getBytes(StandardCharsets.ISO_8859_1);
    files.put(oid(1), latin1);
    github.answers(files::answer);

    List<FetchedFile> fetched = fetchAll(1);

    assertThat(fetched).containsExactly(new FetchedFile.InvalidJson("it is not UTF-8"));
    assertThat(github.seen())
        .extracting(Seen::path)
        .containsExactly("/graphql", "/repos/course/progress/git/blobs/" + GitBlob.oid(latin1));
  }

  @Test
  void a_text_that_is_cut_short_is_fetched_as_bytes() throws Exception {
    files.put(oid(1), bytes(VALID));
    github.answers((request, reply) -> {
      if (request.method().equals("POST")) {
        ObjectNode answer = files.graphQl(request);
        ((ObjectNode) answer.path("data").path("repository").path("p1").path("file").path("object"))
            .put("isTruncated", true)
            .put("text", "[{");
        reply.json(200, answer.toString());
      } else {
        files.answer(request, reply);
      }
    });

    assertThat(fetchAll(1))
        .containsExactly(new FetchedFile.Found(GitBlob.oid(bytes(VALID)), VALID));
  }

  @Test
  void defect_9_a_deleted_fork_is_read_from_the_base_repository() throws Exception {
    github.answers(files::answer);
    files.put(oid(1), bytes(VALID));
    FetchFile call = new FetchFile(repository, 1, oid(1), null, "progress.json");

    assertThat(fetched(fetcher.handle(items(List.of(call)))))
        .containsExactly(new FetchedFile.Found(GitBlob.oid(bytes(VALID)), VALID));
  }

  @Test
  void a_commit_that_the_base_does_not_show_yet_is_read_from_the_fork() throws Exception {
    github.answers((request, reply) -> {
      if (request.path().startsWith("/repos/student-1/progress/contents/progress.json")) {
        reply.json(200, FilesOnGitHub.restFile(bytes(VALID)).toString());
      } else {
        files.answer(request, reply);
      }
    });

    assertThat(fetchAll(1))
        .containsExactly(new FetchedFile.Found(GitBlob.oid(bytes(VALID)), VALID));
  }

  @Test
  void a_commit_that_nobody_shows_is_gone_and_says_where_it_was_looked_for() throws Exception {
    github.answers(files::answer);

    List<FetchedFile> fetched = fetched(fetcher.handle(attempts(FileFetcher.LAST_LOOK, calls(1))));

    assertThat(fetched)
        .containsExactly(
            new FetchedFile.Gone(
                "student-1/progress and course/progress do not show progress.json at commit "
                    + oid(1)));
    assertThat(github.seen())
        .extracting(Seen::path)
        .containsExactly(
            "/graphql",
            "/repos/student-1/progress/contents/progress.json?ref=" + oid(1),
            "/repos/course/progress/contents/progress.json?ref=" + oid(1),
            "/course/progress.git/info/refs?service=git-upload-pack");
  }

  @Test
  void a_commit_that_nobody_shows_yet_is_looked_for_again_before_it_is_gone() throws Exception {
    github.answers(files::answer);
    files.put(oid(2), bytes(VALID));

    for (int attempt = 1; attempt < FileFetcher.LAST_LOOK; attempt++) {
      List<BatchResult<Fetched>> results = fetcher.handle(attempts(attempt, calls(1, 2)));

      Duration wait = RetryPolicy.DEFAULT.delayAfter(attempt, 1.0);
      assertThat(failure(results.getFirst()))
          .isInstanceOfSatisfying(
              TransientFailureException.class,
              notYet -> {
                assertThat(notYet.failure().type()).isEqualTo("not-shown-yet");
                assertThat(notYet.retryAfter()).contains(wait);
              });
      assertThat(value(results.getLast()).file()).isInstanceOf(FetchedFile.Found.class);
    }
  }

  @Test
  void two_runs_may_want_one_pull_request_at_two_commits() throws Exception {
    github.answers(files::answer);
    files.put(oid(1), bytes("[]"));
    files.put(oid(2), bytes(VALID));
    List<FetchFile> calls =
        List.of(
            new FetchFile(repository, 9, oid(1), null, "progress.json"),
            new FetchFile(repository, 9, oid(2), null, "progress.json"),
            new FetchFile(repository, 9, oid(1), null, "progress.json"));

    List<FetchedFile> fetched = fetched(fetcher.handle(items(calls)));

    assertThat(fetched)
        .containsExactly(
            new FetchedFile.Found(GitBlob.oid(bytes("[]")), "[]"),
            new FetchedFile.Found(GitBlob.oid(bytes(VALID)), VALID),
            new FetchedFile.Found(GitBlob.oid(bytes("[]")), "[]"));
    assertThat(FilesOnGitHub.wanted(github.seen().getFirst())).containsOnlyKeys("p9", "p9_2");
  }

  @Test
  void a_path_with_quotes_stays_a_path() throws Exception {
    github.answers(files::answer);
    String path = "a \"b\"/ü.json";
    FetchFile call = new FetchFile(repository, 1, oid(1), null, path);

    fetcher.handle(items(List.of(call)));

    assertThat(JSON.readTree(github.seen().getFirst().body()).path("variables").path("p1_path"))
        .hasToString(JSON.writeValueAsString(path));
    assertThat(github.seen().get(1).path())
        .startsWith("/repos/course/progress/contents/a%20%22b%22/%C3%BC.json?ref=");
  }

  private List<FetchedFile> fetchAll(int... numbers) throws Exception {
    return fetched(fetcher.handle(items(calls(numbers))));
  }

  private List<FetchFile> calls(int... numbers) {
    return IntStream.of(numbers)
        .mapToObj(n ->
            new FetchFile(repository, n, oid(n), "student-" + n + "/progress", "progress.json"))
        .toList();
  }

  private static List<Item<FetchFile>> items(List<FetchFile> calls) {
    return attempts(1, calls);
  }

  private static List<Item<FetchFile>> attempts(int attempt, List<FetchFile> calls) {
    List<Item<FetchFile>> items = new ArrayList<>();
    for (FetchFile call : calls) {
      items.add(new Item<>(call, new ActivityContext(new RunId(1), items.size() + 1, attempt)));
    }
    return items;
  }

  private static List<FetchedFile> fetched(List<BatchResult<Fetched>> results) {
    return results.stream().map(result -> value(result).file()).toList();
  }

  private static Fetched value(BatchResult<Fetched> result) {
    return switch (result) {
      case BatchResult.Done<Fetched>(Fetched value) -> value;
      case BatchResult.Threw<Fetched>(Exception failure) -> throw new AssertionError(failure);
    };
  }

  private static ApiUse use(BatchResult<Fetched> result) {
    return value(result).use();
  }

  private static Exception failure(BatchResult<Fetched> result) {
    return switch (result) {
      case BatchResult.Done<Fetched> done -> throw new AssertionError("it returned " + done);
      case BatchResult.Threw<Fetched>(Exception failure) -> failure;
    };
  }

  private static FileFetcher fetcher() {
    ClientSettings settings = ClientSettings.DEFAULT.withToken(Token.of("secret"));
    HttpClient http = GitHubClient.newHttpClient(settings);
    GitHubClient client = new GitHubClient(http, settings, InstantSource.system());
    GitServer git =
        new GitServer(http, settings, InstantSource.system(), new OneToken(settings.token()));
    return new FileFetcher(
        new FileSources(
            new GraphQl(client), new Contents(client), new HeadFiles(git, HeadFiles.LIMITS)),
        new MeteredCalls(),
        RetryPolicy.DEFAULT,
        InstantSource.system());
  }

  private static String oid(int number) {
    return "%040x".formatted(number);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
