package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import dev.backstitch.activities.pulls.FetchedFile;
import dev.backstitch.activities.pulls.FileFetcher;
import dev.backstitch.activities.pulls.FileSources;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.git.CommitDraft;
import dev.backstitch.loadtest.simulator.world.BrokenFile;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/// Files that no API shows, had by the git protocol from the simulator's git host.
class FilesByGitTest {
  private static final int FIRST_LOOK = 1;
  private static final int LAST_LOOK = 5;
  private static final String VALID = "[{\"exercise_name\": \"loops\"}]";

  private final GitHubSimulator github =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(8));
  private final SyncWorld world = github.world();
  private final Repository repository =
      Repository.of(ApiUrl.parse(github.apiUrl().toString()), github.repository());
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.backstitch.activities");

  @BeforeEach
  void hideWhatIsPushed() {
    world.showPushesLater(Duration.ofHours(1), true);
    log.start();
    ours.addAppender(log);
    ours.setAdditive(false);
    ours.setLevel(Level.TRACE);
  }

  @AfterEach
  void close() {
    ours.setLevel(null);
    ours.setAdditive(true);
    ours.detachAppender(log);
    github.close();
    assertThat(github.violations()).isEmpty();
  }

  @Test
  void heads_of_deleted_forks_that_no_api_shows_come_by_git_in_one_fetch() throws Exception {
    List<FetchFile> calls = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      calls.add(orphan(n, VALID.replace("loops", "loops" + n)));
    }
    int without = number(5);
    world.breakFile(without, BrokenFile.MISSING);
    world.deleteFork(without);
    calls.add(call(without));
    calls.add(orphan(6, "{}"));

    List<Fetched> fetched = values(fetch(fetcher(), FIRST_LOOK, calls));

    assertThat(fetched).extracting(Fetched::via).containsOnly(Fetched.GIT);
    assertThat(fetched.subList(0, 5))
        .extracting(Fetched::file)
        .allSatisfy(file -> assertThat(file).isInstanceOf(FetchedFile.Found.class));
    assertThat(((FetchedFile.Found) fetched.get(4).file()).text()).contains("loops4");
    assertThat(fetched.get(5).file()).isEqualTo(new FetchedFile.MissingFile());
    assertThat(fetched.get(6).file()).isInstanceOf(FetchedFile.InvalidJson.class);
    assertThat(github.counts().of(Operation.GIT_INFO_REFS)).isEqualTo(1);
    assertThat(github.counts().of(Operation.GIT_UPLOAD_PACK)).as("refs, pack").isEqualTo(2);
    assertThat(fetched.getFirst().use().requests())
        .as("what is booked is what the API was asked")
        .isEqualTo(Math.toIntExact(github.counts().requests()));
  }

  @Test
  void what_the_api_shows_is_never_asked_of_git() throws Exception {
    world.showPushesLater(Duration.ZERO, false);
    FetchFile call = orphan(0, VALID);

    List<Fetched> fetched = values(fetch(fetcher(), LAST_LOOK, List.of(call)));

    assertThat(fetched).extracting(Fetched::via).containsOnlyNulls();
    assertThat(github.counts().git()).isZero();
  }

  @Test
  void the_commit_of_a_fork_that_lives_is_waited_for_before_git_is_asked() throws Exception {
    world.push(number(0), bytes(VALID));
    List<FetchFile> calls = List.of(call(number(0)));

    assertNotYet(fetch(fetcher(), FIRST_LOOK, calls));
    assertThat(github.counts().git()).isZero();

    assertThat(values(fetch(fetcher(), LAST_LOOK, calls)).getFirst().file())
        .isInstanceOf(FetchedFile.Found.class);
  }

  @Test
  void a_ref_that_shows_another_commit_is_waited_for_and_nothing_is_fetched() throws Exception {
    world.forge().moveRefsLater(Duration.ofSeconds(10));
    List<FetchFile> calls = List.of(orphan(0, VALID));

    assertNotYet(fetch(fetcher(), FIRST_LOOK, calls));
    assertThat(values(fetch(fetcher(), LAST_LOOK, calls)).getFirst().file())
        .isInstanceOf(FetchedFile.Gone.class);
    assertThat(github.counts().of(Operation.GIT_UPLOAD_PACK)).as("refs only").isEqualTo(2);

    github.clock().advance(Duration.ofSeconds(11));
    assertThat(values(fetch(fetcher(), FIRST_LOOK, calls)).getFirst().file())
        .isInstanceOf(FetchedFile.Found.class);
  }

  @Test
  void of_two_wanted_commits_of_one_pull_request_git_shows_the_one_that_is_its_head()
      throws Exception {
    int number = number(0);
    world.push(number, bytes("[]"));
    FetchFile before = call(number);
    FetchFile now = orphan(0, VALID);

    List<Fetched> fetched =
        values(
            fetch(
                fetcher(),
                LAST_LOOK,
                List.of(
                    new FetchFile(repository, number, before.headOid(), null, "progress.json"),
                    now)));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(fetched.getLast().file())
        .isInstanceOfSatisfying(
            FetchedFile.Found.class, found -> assertThat(found.text()).isEqualTo(VALID));
  }

  static Stream<Fault> troubles() {
    return Stream.of(
        new Fault.Status(502),
        new Fault.EchoedAuthorization(403),
        new Fault.ResetBeforeWrite(),
        new Fault.CutShort(),
        new Fault.HalfBody(),
        new Fault.SentElsewhere(302));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void what_goes_wrong_with_git_leaves_what_the_api_said_and_tells_no_secret(Fault trouble)
      throws Exception {
    List<FetchFile> calls = List.of(orphan(0, VALID));

    for (Operation step : List.of(Operation.GIT_INFO_REFS, Operation.GIT_UPLOAD_PACK)) {
      github.faults().clear();
      github.faults().always(step, trouble);
      assertNotYet(fetch(fetcher(), FIRST_LOOK, calls));
      assertThat(values(fetch(fetcher(), LAST_LOOK, calls)).getFirst())
          .satisfies(fetched -> {
            assertThat(fetched.file()).isInstanceOf(FetchedFile.Gone.class);
            assertThat(fetched.via()).isNull();
          });
    }

    String pair = "x-access-token:" + github.token();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.startsWith("event=git_failed"))
        .noneMatch(line -> line.contains(github.token()))
        .noneMatch(line ->
            line.contains(Base64.getEncoder().encodeToString(bytes(pair)).replace("=", "")));
  }

  @Test
  void an_answer_that_trickles_is_given_up_when_its_time_is_over() throws Exception {
    List<FetchFile> calls = List.of(orphan(0, VALID));
    github.faults().always(Operation.GIT_UPLOAD_PACK, new Fault.SlowBody(Duration.ofMinutes(1)));
    HeadFiles impatient = heads(new GitServer.Limits(Duration.ofSeconds(2), 1 << 20), token());

    Instant begin = Instant.now();
    List<Fetched> fetched = values(fetch(fetcher(impatient), LAST_LOOK, calls));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(github.counts().of(Operation.GIT_UPLOAD_PACK)).as("it got so far").isPositive();
    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
    assertThat(HeadFiles.LIMITS.time()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void an_answer_of_too_many_bytes_is_given_up() throws Exception {
    List<FetchFile> calls = List.of(orphan(0, VALID));
    HeadFiles narrow = heads(new GitServer.Limits(Duration.ofSeconds(20), 400), token());

    List<Fetched> fetched = values(fetch(fetcher(narrow), LAST_LOOK, calls));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("git_failed") && line.contains("larger than"));
  }

  @Test
  void a_file_too_large_for_a_student_keeps_nobody_else_out() throws Exception {
    FetchFile large = orphan(0, "[" + " ".repeat(6_000_000) + "]");
    FetchFile other = orphan(1, VALID);

    List<Fetched> fetched = values(fetch(fetcher(), LAST_LOOK, List.of(large, other)));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(fetched.getLast().file()).isInstanceOf(FetchedFile.Found.class);
  }

  @Test
  void a_fork_of_many_files_keeps_nobody_else_out() throws Exception {
    FetchFile one = orphan(0, VALID.replace("loops", "one"));
    FetchFile heavy = orphanOfManyFiles(1);
    FetchFile other = orphan(2, VALID.replace("loops", "other"));

    List<Fetched> fetched = values(fetch(fetcher(), LAST_LOOK, List.of(one, heavy, other)));

    assertThat(fetched.get(0).file())
        .isInstanceOfSatisfying(
            FetchedFile.Found.class, found -> assertThat(found.text()).contains("one"));
    assertThat(fetched.get(1).file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(fetched.get(2).file())
        .isInstanceOfSatisfying(
            FetchedFile.Found.class, found -> assertThat(found.text()).contains("other"));
    assertThat(github.counts().of(Operation.GIT_INFO_REFS))
        .as("all, one and two of them, and the two by themselves")
        .isEqualTo(5);
  }

  @Test
  void a_renamed_and_private_repository_is_found_by_its_former_name() throws Exception {
    FetchFile call = orphan(0, VALID);
    world.renameRepository("progress-of-last-year");
    world.forge().makePrivate();

    assertThat(values(fetch(fetcher(), FIRST_LOOK, List.of(call))).getFirst().file())
        .isInstanceOf(FetchedFile.Found.class);
  }

  @Test
  void a_token_that_was_replaced_meanwhile_is_sent_in_its_new_form_once() throws Exception {
    FetchFile call = orphan(0, VALID);
    var tokens = new ReplacedToken(Token.of("expired-a-moment-ago"), Token.of(github.token()));

    List<Fetched> fetched =
        values(fetch(fetcher(heads(HeadFiles.LIMITS, tokens)), FIRST_LOOK, List.of(call)));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Found.class);
    assertThat(github.counts().of(Operation.GIT_INFO_REFS)).as("refused, sent again").isEqualTo(2);
    assertThat(github.counts().of(Operation.GIT_UPLOAD_PACK)).isEqualTo(2);
  }

  @Test
  void a_token_that_the_git_host_refuses_is_not_sent_again_and_none_is_issued_for_it()
      throws Exception {
    FetchFile call = orphan(0, VALID);
    Token refused = Token.of("only-the-api-likes-it");
    var tokens = new ReplacedToken(refused, refused);

    List<Fetched> fetched =
        values(fetch(fetcher(heads(HeadFiles.LIMITS, tokens)), LAST_LOOK, List.of(call)));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(github.counts().of(Operation.GIT_INFO_REFS)).isEqualTo(1);
  }

  @Test
  void jgit_reads_nobodys_configuration_and_leaves_no_thread() throws Exception {
    Set<String> before = threads();

    values(fetch(fetcher(), FIRST_LOOK, List.of(orphan(0, VALID))));

    Set<String> after = threads();
    after.removeAll(before);
    assertThat(after).noneMatch(name -> name.startsWith("JGit"));
    SystemReader machine = SystemReader.getInstance();
    assertThat(machine.getUserConfig().getSections()).isEmpty();
    assertThat(machine.getSystemConfig().getSections()).isEmpty();
    assertThat(machine.openUserConfig(null, FS.DETECTED).getFile()).doesNotExist();
  }

  // ------------------------------------------------------------------ the fixture

  private int number(int n) {
    return world.openPullRequests().get(n).number();
  }

  /// Pushes a file that the API hides, and deletes the fork.
  private FetchFile orphan(int n, String file) {
    int number = number(n);
    world.push(number, bytes(file));
    world.deleteFork(number);
    return call(number);
  }

  /// The same with 60 files of 100 kB beside it, none of which is too large by itself.
  private FetchFile orphanOfManyFiles(int n) {
    PullRequest before = world.forge().pullRequest(number(n)).orElseThrow();
    var random = new Random(n);
    Map<String, byte[]> files = new TreeMap<>(Map.of("progress.json", bytes(VALID)));
    for (int i = 0; i < 60; i++) {
      byte[] incompressible = new byte[100_000];
      random.nextBytes(incompressible);
      files.put("photo-" + i, incompressible);
    }
    ObjectId head =
        world
            .forge()
            .objects()
            .commit(
                new CommitDraft(
                    Optional.of(before.head()),
                    files,
                    Set.of(),
                    "Add photos",
                    "somebody",
                    "somebody@students.invalid",
                    world.forge().now()));
    world.forge().push(before.number(), head);
    world.deleteFork(before.number());
    return call(before.number());
  }

  private FetchFile call(int number) {
    PullRequest now = world.forge().pullRequest(number).orElseThrow();
    return new FetchFile(
        repository,
        number,
        now.head().name(),
        now.headRepository().map(fork -> fork.nameWithOwner()).orElse(null),
        "progress.json");
  }

  private static List<BatchResult<Fetched>> fetch(
      FileFetcher fetcher, int attempt, List<FetchFile> calls) throws InterruptedException {
    List<Item<FetchFile>> items = new ArrayList<>();
    for (FetchFile call : calls) {
      items.add(new Item<>(call, new ActivityContext(new RunId(1), items.size() + 1, attempt)));
    }
    return fetcher.handle(items);
  }

  private static List<Fetched> values(List<BatchResult<Fetched>> results) {
    return results.stream()
        .map(result ->
            switch (result) {
              case BatchResult.Done<Fetched>(Fetched value) -> value;
              case BatchResult.Threw<Fetched>(Exception failure) ->
                  throw new AssertionError(failure);
            })
        .toList();
  }

  private static void assertNotYet(List<BatchResult<Fetched>> results) {
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

  private Credentials token() {
    return new OneToken(settings().token());
  }

  private ClientSettings settings() {
    return ClientSettings.DEFAULT.withToken(Token.of(github.token()));
  }

  private HeadFiles heads(GitServer.Limits limits, Credentials credentials) {
    HttpClient http = GitHubClient.newHttpClient(settings());
    return new HeadFiles(
        new GitServer(http, settings(), InstantSource.system(), credentials), limits);
  }

  private FileFetcher fetcher() {
    return fetcher(heads(HeadFiles.LIMITS, token()));
  }

  private FileFetcher fetcher(HeadFiles heads) {
    GitHubClient client =
        new GitHubClient(
            GitHubClient.newHttpClient(settings()), settings(), InstantSource.system());
    return new FileFetcher(
        new FileSources(new GraphQl(client), new Contents(client), heads),
        new MeteredCalls(),
        RetryPolicy.DEFAULT,
        InstantSource.system());
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
