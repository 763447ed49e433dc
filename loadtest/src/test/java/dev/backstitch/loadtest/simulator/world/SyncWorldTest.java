package dev.backstitch.loadtest.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.forge.BranchCommit;
import dev.backstitch.loadtest.simulator.forge.CommitOutcome;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncWorldTest {

  private static final Instant NOW = Instant.parse("2026-03-01T08:00:00Z");

  @TempDir private Path folder;
  private SyncWorld world;

  @BeforeEach
  void create() {
    world = world("one", 30, 7);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private SyncWorld world(String name, int students, long seed) {
    return SyncWorld.create(
        folder.resolve(name),
        new SimulatorClock(Clock.fixed(NOW, ZoneOffset.UTC)),
        new WorldPlan("seam-school", "progress", students, seed));
  }

  @Test
  void every_student_has_a_fork_and_an_open_pull_request_on_main() {
    List<PullRequest> open = world.openPullRequests();

    assertThat(open).hasSize(30);
    assertThat(open).extracting(PullRequest::number).isSorted().doesNotHaveDuplicates();
    assertThat(open).extracting(PullRequest::createdAt).isSorted();
    assertThat(open).extracting(PullRequest::baseBranch).containsOnly("main");
    assertThat(open)
        .extracting(one -> one.author().orElseThrow().id())
        .doesNotHaveDuplicates()
        .allSatisfy(id -> assertThat(id.toString()).hasSizeBetween(7, 9));
    assertThat(open).allSatisfy(one -> assertThat(one.headRepository()).isPresent());
  }

  @Test
  void files_have_the_sizes_and_texts_of_a_real_class() {
    try (SyncWorld whole = world("whole", 185, 1)) {
      List<byte[]> files =
          whole.openPullRequests().stream().map(one -> progress(whole, one.head())).toList();

      assertThat(files).allSatisfy(file -> assertThat(file.length).isBetween(300, 17_000));
      assertThat(files).anySatisfy(file -> assertThat(file.length).isGreaterThan(10_000));
      assertThat(files).anySatisfy(file -> assertThat(file.length).isLessThan(800));
      String all =
          files.stream()
              .map(file -> new String(file, StandardCharsets.UTF_8))
              .collect(Collectors.joining());
      assertThat(all).contains("\\\"feature\\\"", "`git log", "\\u", "réussie", "null");
      assertThat(all).containsPattern("\"started_at\": ?[0-9]{10}\\.[0-9]{6},");
    }
  }

  @Test
  void equal_seeds_give_equal_worlds_and_others_do_not() {
    try (SyncWorld same = world("same", 30, 7);
        SyncWorld other = world("other", 30, 8)) {
      assertThat(same.openPullRequests()).isEqualTo(world.openPullRequests());
      assertThat(same.pushProgress(5)).isEqualTo(world.pushProgress(5));
      assertThat(same.openPullRequests()).isEqualTo(world.openPullRequests());
      assertThat(other.openPullRequests()).doesNotContainAnyElementsOf(world.openPullRequests());
    }
  }

  @Test
  void the_tracker_begins_with_empty_maps() {
    assertThat(texts(world.trackerFiles()))
        .containsEntry("user_map.json", "{}")
        .containsEntry("latest_sync_hashes.json", "{}")
        .containsKey("README.md")
        .hasSize(3);
    assertThat(world.trackerCommits()).isEmpty();
    assertThat(world.trackerDifferences())
        .hasSize(32)
        .anyMatch(line -> line.startsWith("user_map.json: 2 bytes where "))
        .anyMatch(line -> line.matches("students/[0-9]+\\.json: is missing"));
  }

  @Test
  void a_tracker_written_as_expected_has_no_differences() {
    commitToTracker(world.expectedTrackerFiles());

    assertThat(world.trackerDifferences()).isEmpty();
    assertThat(world.trackerCommits()).hasSize(1);

    List<Integer> changed = world.pushProgress(4);
    assertThat(changed).hasSize(4).isSorted();
    assertThat(world.trackerDifferences()).hasSize(5); // four students and the hashes

    commitToTracker(world.expectedTrackerFiles());
    assertThat(world.trackerDifferences()).isEmpty();
  }

  @Test
  void the_expected_maps_are_sorted_by_number_and_formatted_like_the_students_files() {
    try (SyncWorld small = world("small", 3, 3)) {
      var users =
          small.openPullRequests().stream()
              .map(one -> one.author().orElseThrow())
              .sorted((a, b) -> Long.compare(a.id(), b.id()))
              .toList();

      String map = texts(small.expectedTrackerFiles()).get("user_map.json");

      assertThat(map)
          .isEqualTo(
              "{\n"
                  + users.stream()
                      .map(user -> "  \"%d\": \"%s\"".formatted(user.id(), user.login()))
                      .collect(Collectors.joining(",\n"))
                  + "\n}");
    }
  }

  @Test
  void a_student_whose_file_breaks_keeps_what_was_recorded() {
    commitToTracker(world.expectedTrackerFiles());
    var before = texts(world.trackerFiles());
    List<PullRequest> open = world.openPullRequests();
    var broken =
        List.of(
            BrokenFile.MISSING,
            BrokenFile.ONE_BYTE,
            BrokenFile.NOT_UTF8,
            BrokenFile.HUGE,
            BrokenFile.INVALID_JSON);
    for (int i = 0; i < broken.size(); i++) {
      world.breakFile(open.get(i).number(), broken.get(i));
    }

    assertThat(texts(world.expectedTrackerFiles())).isEqualTo(before);
  }

  @Test
  void a_student_whose_file_was_never_right_is_in_no_map() {
    PullRequest first = world.openPullRequests().getFirst();
    world.breakFile(first.number(), BrokenFile.INVALID_JSON);

    var expected = texts(world.expectedTrackerFiles());

    String id = Long.toString(first.author().orElseThrow().id());
    assertThat(expected).doesNotContainKey("students/" + id + ".json");
    assertThat(expected.get("user_map.json")).doesNotContain(id);
    assertThat(expected.get("latest_sync_hashes.json")).doesNotContain(id);
  }

  @Test
  void doubled_keys_are_no_reason_to_leave_a_file_out() {
    PullRequest first = world.openPullRequests().getFirst();
    world.breakFile(first.number(), BrokenFile.DOUBLED_KEYS);

    assertThat(texts(world.expectedTrackerFiles()))
        .containsEntry(
            "students/" + first.author().orElseThrow().id() + ".json",
            """
            [
              {
                "exercise_name": "tag-along",
                "status": "Completed",
                "started_at": 1769010857.334515,
                "completed_at": null,
                "comments": []
              }
            ]\
            """);
  }

  @Test
  void of_two_pull_requests_of_one_user_the_higher_number_counts() {
    PullRequest second = world.secondPullRequestOfOneUser();
    User author = second.author().orElseThrow();

    var expected = texts(world.expectedTrackerFiles());

    assertThat(world.openPullRequests())
        .filteredOn(one -> one.author().orElseThrow().equals(author))
        .hasSize(2);
    assertThat(expected.get("latest_sync_hashes.json"))
        .contains("\"%d\": \"%s\"".formatted(author.id(), second.head().name()));
  }

  @Test
  void a_closed_pull_request_keeps_its_entry_and_a_ghost_never_gets_one() {
    commitToTracker(world.expectedTrackerFiles());
    var before = texts(world.trackerFiles());
    world.closePullRequest(world.openPullRequests().getFirst().number());
    PullRequest ghost = world.openPullRequests().getLast();
    world.push(ghost.number(), "[]".getBytes(StandardCharsets.UTF_8));
    world.deleteAuthor(ghost.number());

    assertThat(texts(world.expectedTrackerFiles())).isEqualTo(before);
    assertThat(world.openPullRequests()).hasSize(29);
  }

  @Test
  void a_deleted_fork_is_still_read_through_the_base() {
    PullRequest first = world.openPullRequests().getFirst();
    world.deleteFork(first.number());

    assertThat(world.expectedTrackerFiles())
        .containsKey("students/" + first.author().orElseThrow().id() + ".json");
    assertThat(world.forge().pullRequest(first.number()).orElseThrow().headRepository()).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> world.pushProgress(30));
  }

  @Test
  void what_somebody_else_commits_to_the_tracker_must_survive() {
    ObjectId head = world.foreignCommit(SyncWorld.TRACKER);

    assertThat(world.trackerHead()).isEqualTo(head);
    assertThat(world.expectedTrackerFiles()).containsKey("notes/1.md");
    assertThat(world.trackerDifferences()).noneMatch(line -> line.startsWith("notes/"));
  }

  @Test
  void a_file_that_nobody_expects_is_a_difference() {
    commitToTracker(Map.of("students/1.json", "[]".getBytes(StandardCharsets.UTF_8)));

    assertThat(world.trackerDifferences()).contains("students/1.json: should not be there");
  }

  @Test
  void git_itself_finds_nothing_wrong_with_the_repository() throws Exception {
    assumeTrue(git("--version").startsWith("git version"), "git is not installed");
    world.pushProgress(10);
    world.foreignCommit(SyncWorld.TRACKER);
    world.closePullRequest(world.openPullRequests().getFirst().number());

    assertThat(git("fsck", "--full", "--strict", "--no-dangling")).isEmpty();
    assertThat(git("rev-parse", "refs/heads/tracker").strip())
        .isEqualTo(world.trackerHead().name());
    assertThat(git("for-each-ref", "refs/pull").lines()).hasSize(30);
    assertThat(git("log", "--format=%s", "tracker").lines())
        .containsExactly("Leave a note", "Begin to track");
  }

  private String git(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add("git");
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("GIT_DIR", world.gitDirectory().toString());
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return output;
    } catch (IOException e) {
      return "not started: " + e.getMessage();
    }
  }

  private void commitToTracker(Map<String, byte[]> files) {
    CommitOutcome outcome =
        world
            .forge()
            .commit(
                new BranchCommit(
                    SyncWorld.TRACKER,
                    world.trackerHead(),
                    files,
                    Set.of(),
                    "Sync",
                    new User(1, "sync-bot")));
    assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
  }

  private static byte[] progress(SyncWorld world, ObjectId head) {
    var objects = world.forge().objects();
    var tree = objects.commit(head).orElseThrow().tree();
    return objects.blob(objects.item(tree, "progress.json").orElseThrow().id()).orElseThrow();
  }

  private static Map<String, String> texts(SortedMap<String, byte[]> files) {
    return files.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> new String(entry.getValue(), StandardCharsets.UTF_8)));
  }
}
