package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.ClientSettings;
import dev.backstitch.activities.client.Credentials;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitServer;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.MeteredCalls;
import dev.backstitch.activities.client.OneToken;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.activities.git.HeadFiles;
import dev.backstitch.activities.pulls.FetchFile;
import dev.backstitch.activities.pulls.Fetched;
import dev.backstitch.activities.pulls.FileFetcher;
import dev.backstitch.activities.pulls.FileSources;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.git.CommitDraft;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.BatchHandler.Item;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;

/// A simulated class whose pushes no API shows, as they are right after them, and what a fetcher
/// makes of it.
final class HiddenHeads implements AutoCloseable {
  static final int FIRST_LOOK = 1;
  static final int LAST_LOOK = 5;
  static final String VALID = "[{\"exercise_name\": \"loops\"}]";

  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(8));
  private final SyncWorld world = github.world();
  private final Repository repository =
      Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository());

  HiddenHeads() {
    world.showPushesLater(Duration.ofHours(1), true);
  }

  GitHubSimulator github() {
    return github;
  }

  Repository repository() {
    return repository;
  }

  int number(int n) {
    return world.openPullRequests().get(n).number();
  }

  /// Pushes a file that the API hides, and deletes the fork.
  FetchFile orphan(int n, String file) {
    int number = number(n);
    world.push(number, bytes(file));
    world.deleteFork(number);
    return call(number);
  }

  /// The same with 60 files of 100 kB beside it, none of which is too large by itself.
  FetchFile orphanOfManyFiles(int n) {
    var random = new Random(n);
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      byte[] incompressible = new byte[100_000];
      random.nextBytes(incompressible);
      files.put("photo-" + i, incompressible);
    }
    return orphanWith(n, files);
  }

  /// The same with a directory of nearly three megabytes, of which little travels: its names are
  /// long and all alike.
  FetchFile orphanOfManyNames(int n) {
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < 12_000; i++) {
      files.put("a".repeat(200) + i, bytes("the same"));
    }
    return orphanWith(n, files);
  }

  private FetchFile orphanWith(int n, Map<String, byte[]> beside) {
    PullRequest before = world.forge().pullRequest(number(n)).orElseThrow();
    Map<String, byte[]> files = new TreeMap<>(beside);
    files.put("progress.json", bytes(VALID));
    ObjectId head =
        world
            .forge()
            .objects()
            .commit(
                new CommitDraft(
                    Optional.of(before.head()),
                    files,
                    Set.of(),
                    "Add much",
                    "somebody",
                    "somebody@students.invalid",
                    world.forge().now()));
    world.forge().push(before.number(), head);
    world.deleteFork(before.number());
    return call(before.number());
  }

  FetchFile call(int number) {
    PullRequest now = world.forge().pullRequest(number).orElseThrow();
    return new FetchFile(
        repository,
        number,
        now.head().name(),
        now.headRepository().map(fork -> fork.nameWithOwner()).orElse(null),
        "progress.json");
  }

  static List<BatchResult<Fetched>> fetch(FileFetcher fetcher, int attempt, List<FetchFile> calls)
      throws InterruptedException {
    List<Item<FetchFile>> items = new ArrayList<>();
    for (FetchFile call : calls) {
      items.add(new Item<>(call, new ActivityContext(new RunId(1), items.size() + 1, attempt)));
    }
    return fetcher.handle(items);
  }

  static List<Fetched> shown(List<BatchResult<Fetched>> results) {
    return results.stream()
        .map(result ->
            switch (result) {
              case BatchResult.Done<Fetched>(Fetched value) -> value;
              case BatchResult.Threw<Fetched>(Exception failure) ->
                  throw new AssertionError(failure);
            })
        .toList();
  }

  static void assertNotYet(List<BatchResult<Fetched>> results) {
    for (BatchResult<Fetched> result : results) {
      switch (result) {
        case BatchResult.Done<Fetched> done -> throw new AssertionError("it returned " + done);
        case BatchResult.Threw<Fetched>(Exception failure) ->
            assertThat(failure)
                .isInstanceOfSatisfying(
                    TransientFailureException.class,
                    notYet -> assertThat(notYet.failure().type()).isEqualTo("not-shown-yet"));
      }
    }
  }

  Credentials token() {
    return new OneToken(settings().token());
  }

  private ClientSettings settings() {
    return ClientSettings.DEFAULT.withToken(Token.of(github.token()));
  }

  HeadFiles heads(GitServer.Limits limits, Credentials credentials) {
    HttpClient http = GitHubClient.newHttpClient(settings());
    return new HeadFiles(
        new GitServer(http, settings(), InstantSource.system(), credentials), limits);
  }

  FileFetcher fetcher() {
    return fetcher(heads(HeadFiles.LIMITS, token()));
  }

  FileFetcher fetcher(HeadFiles heads) {
    GitHubClient client =
        new GitHubClient(
            GitHubClient.newHttpClient(settings()), settings(), InstantSource.system());
    return new FileFetcher(
        new FileSources(new GraphQl(client), new Contents(client), heads),
        new MeteredCalls(),
        RetryPolicy.DEFAULT,
        InstantSource.system());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    github.close();
  }
}
