package dev.backstitch.loadtest.sync;

import static dev.backstitch.loadtest.sync.HiddenHeads.FIRST_LOOK;
import static dev.backstitch.loadtest.sync.HiddenHeads.LAST_LOOK;
import static dev.backstitch.loadtest.sync.HiddenHeads.VALID;
import static dev.backstitch.loadtest.sync.HiddenHeads.assertNotYet;
import static dev.backstitch.loadtest.sync.HiddenHeads.bytes;
import static dev.backstitch.loadtest.sync.HiddenHeads.fetch;
import static dev.backstitch.loadtest.sync.HiddenHeads.shown;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.backstitch.activities.client.GitServer;
import dev.backstitch.activities.client.Token;
import dev.backstitch.activities.git.HeadFiles;
import dev.backstitch.activities.pulls.FetchFile;
import dev.backstitch.activities.pulls.Fetched;
import dev.backstitch.activities.pulls.FetchedFile;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.world.BrokenFile;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private final HiddenHeads hidden = new HiddenHeads();
  private final GitHubSimulator github = hidden.github();
  private final SyncWorld world = github.world();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.backstitch.activities");

  @BeforeEach
  void listen() {
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
    hidden.close();
  }

  @Test
  void heads_of_deleted_forks_that_no_api_shows_come_by_git_in_one_fetch() throws Exception {
    List<FetchFile> calls = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      calls.add(hidden.orphan(n, VALID.replace("loops", "loops" + n)));
    }
    int without = hidden.number(5);
    world.breakFile(without, BrokenFile.MISSING);
    world.deleteFork(without);
    calls.add(hidden.call(without));
    calls.add(hidden.orphan(6, "{}"));

    List<Fetched> fetched = shown(fetch(hidden.fetcher(), FIRST_LOOK, calls));

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
    FetchFile call = hidden.orphan(0, VALID);

    List<Fetched> fetched = shown(fetch(hidden.fetcher(), LAST_LOOK, List.of(call)));

    assertThat(fetched).extracting(Fetched::via).containsOnlyNulls();
    assertThat(github.counts().git()).isZero();
  }

  @Test
  void the_commit_of_a_fork_that_lives_is_waited_for_before_git_is_asked() throws Exception {
    world.push(hidden.number(0), bytes(VALID));
    List<FetchFile> calls = List.of(hidden.call(hidden.number(0)));

    assertNotYet(fetch(hidden.fetcher(), FIRST_LOOK, calls));
    assertThat(github.counts().git()).isZero();

    assertThat(shown(fetch(hidden.fetcher(), LAST_LOOK, calls)).getFirst().file())
        .isInstanceOf(FetchedFile.Found.class);
  }

  @Test
  void a_ref_that_shows_another_commit_is_waited_for_and_nothing_is_fetched() throws Exception {
    world.forge().moveRefsLater(Duration.ofSeconds(10));
    List<FetchFile> calls = List.of(hidden.orphan(0, VALID));

    assertNotYet(fetch(hidden.fetcher(), FIRST_LOOK, calls));
    assertThat(shown(fetch(hidden.fetcher(), LAST_LOOK, calls)).getFirst().file())
        .isInstanceOf(FetchedFile.Gone.class);
    assertThat(github.counts().of(Operation.GIT_UPLOAD_PACK)).as("refs only").isEqualTo(2);

    github.clock().advance(Duration.ofSeconds(11));
    assertThat(shown(fetch(hidden.fetcher(), FIRST_LOOK, calls)).getFirst().file())
        .isInstanceOf(FetchedFile.Found.class);
  }

  @Test
  void of_two_wanted_commits_of_one_pull_request_git_shows_the_one_that_is_its_head()
      throws Exception {
    int number = hidden.number(0);
    world.push(number, bytes("[]"));
    FetchFile before = hidden.call(number);
    FetchFile now = hidden.orphan(0, VALID);

    List<Fetched> fetched =
        shown(
            fetch(
                hidden.fetcher(),
                LAST_LOOK,
                List.of(
                    new FetchFile(
                        hidden.repository(), number, before.headOid(), null, "progress.json"),
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
    List<FetchFile> calls = List.of(hidden.orphan(0, VALID));

    for (Operation step : List.of(Operation.GIT_INFO_REFS, Operation.GIT_UPLOAD_PACK)) {
      github.faults().clear();
      github.faults().always(step, trouble);
      assertNotYet(fetch(hidden.fetcher(), FIRST_LOOK, calls));
      assertThat(shown(fetch(hidden.fetcher(), LAST_LOOK, calls)).getFirst())
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
    List<FetchFile> calls = List.of(hidden.orphan(0, VALID));
    github.faults().always(Operation.GIT_UPLOAD_PACK, new Fault.SlowBody(Duration.ofMinutes(1)));
    HeadFiles impatient =
        hidden.heads(new GitServer.Limits(Duration.ofSeconds(2), 1 << 20), hidden.token());

    Instant begin = Instant.now();
    List<Fetched> fetched = shown(fetch(hidden.fetcher(impatient), LAST_LOOK, calls));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(github.counts().of(Operation.GIT_UPLOAD_PACK)).as("it got so far").isPositive();
    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
    assertThat(HeadFiles.LIMITS.time()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void an_answer_of_too_many_bytes_that_is_no_pack_says_nothing_of_a_file() throws Exception {
    List<FetchFile> calls = List.of(hidden.orphan(0, VALID));
    HeadFiles narrow =
        hidden.heads(new GitServer.Limits(Duration.ofSeconds(20), 10), hidden.token());

    List<Fetched> fetched = shown(fetch(hidden.fetcher(narrow), LAST_LOOK, calls));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("git_failed") && line.contains("larger than"));
  }

  @Test
  void a_renamed_and_private_repository_is_found_by_its_former_name() throws Exception {
    FetchFile call = hidden.orphan(0, VALID);
    world.renameRepository("progress-of-last-year");
    world.forge().makePrivate();

    assertThat(shown(fetch(hidden.fetcher(), FIRST_LOOK, List.of(call))).getFirst().file())
        .isInstanceOf(FetchedFile.Found.class);
  }

  @Test
  void a_token_that_was_replaced_meanwhile_is_sent_in_its_new_form_once() throws Exception {
    FetchFile call = hidden.orphan(0, VALID);
    var tokens = new ReplacedToken(Token.of("expired-a-moment-ago"), Token.of(github.token()));

    List<Fetched> fetched =
        shown(
            fetch(
                hidden.fetcher(hidden.heads(HeadFiles.LIMITS, tokens)), FIRST_LOOK, List.of(call)));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Found.class);
    assertThat(github.counts().of(Operation.GIT_INFO_REFS)).as("refused, sent again").isEqualTo(2);
    assertThat(github.counts().of(Operation.GIT_UPLOAD_PACK)).isEqualTo(2);
  }

  @Test
  void a_token_that_the_git_host_refuses_is_not_sent_again_and_none_is_issued_for_it()
      throws Exception {
    FetchFile call = hidden.orphan(0, VALID);
    Token refused = Token.of("only-the-api-likes-it");
    var tokens = new ReplacedToken(refused, refused);

    List<Fetched> fetched =
        shown(
            fetch(
                hidden.fetcher(hidden.heads(HeadFiles.LIMITS, tokens)), LAST_LOOK, List.of(call)));

    assertThat(fetched.getFirst().file()).isInstanceOf(FetchedFile.Gone.class);
    assertThat(github.counts().of(Operation.GIT_INFO_REFS)).isEqualTo(1);
  }

  @Test
  void jgit_reads_nobodys_configuration_and_leaves_no_thread() throws Exception {
    Set<String> before = threads();

    shown(fetch(hidden.fetcher(), FIRST_LOOK, List.of(hidden.orphan(0, VALID))));

    Set<String> after = threads();
    after.removeAll(before);
    assertThat(after).noneMatch(name -> name.startsWith("JGit"));
    SystemReader machine = SystemReader.getInstance();
    assertThat(machine.getUserConfig().getSections()).isEmpty();
    assertThat(machine.getSystemConfig().getSections()).isEmpty();
    assertThat(machine.openUserConfig(null, FS.DETECTED).getFile()).doesNotExist();
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }
}
