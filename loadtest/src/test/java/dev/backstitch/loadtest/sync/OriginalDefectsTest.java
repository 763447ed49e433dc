package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.activities.sync.SyncResult.FailedStudent;
import dev.backstitch.activities.sync.SyncResult.SkippedPullRequest;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.world.BrokenFile;
import dev.backstitch.orchestrator.run.RunId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The eleven defects of the script this sync replaces, each on a simulated GitHub: we do not have
/// them.
class OriginalDefectsTest {
  private static final String USERS = "user_map.json";
  private static final byte[] EMPTY_ARRAY = "[]".getBytes(StandardCharsets.US_ASCII);
  private static final String HASHES = "latest_sync_hashes.json";

  @Test
  void defect_1_doubled_keys_do_not_make_every_student_look_changed() throws Exception {
    try (Classroom classroom = Classroom.of(5)) {
      classroom.sync();
      String doubled =
          hashes(classroom).entrySet().stream()
              .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
              .reduce(
                  "",
                  (all, row) ->
                      all + row.replaceAll("[0-9a-f]{40}", "0".repeat(40)) + ",\n" + row + ",\n");
      classroom.commitToTracker(
          Map.of(HASHES, "{" + doubled.substring(0, doubled.length() - 2) + "}"), Set.of());

      SyncResult result = classroom.sync();

      assertThat(result.unchanged()).isEqualTo(5);
      assertThat(result.commitOid()).isNull();
      classroom.world().pushProgress(1);
      classroom.sync();
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_2_a_tracker_without_maps_or_with_empty_ones_is_a_fresh_start() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.commitToTracker(Map.of(HASHES, ""), Set.of(USERS));

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(3);
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_3_a_sync_with_nothing_to_commit_succeeds() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.sync();

      SyncResult result = classroom.sync();

      assertThat(result.commitOid()).isNull();
      assertThat(classroom.world().trackerCommits()).hasSize(1);
    }
  }

  @Test
  void defect_4_every_commit_holds_the_file_of_every_watermark() throws Exception {
    try (Classroom classroom = Classroom.of(6)) {
      classroom.sync();
      classroom.world().pushProgress(2);
      classroom.sync();

      for (GitCommit commit : classroom.world().trackerCommits()) {
        SortedMap<String, byte[]> files = classroom.world().forge().objects().files(commit.tree());
        assertThat(keys(files, HASHES))
            .isNotEmpty()
            .isEqualTo(keys(files, USERS))
            .allSatisfy(id -> assertThat(files).containsKey("students/" + id + ".json"));
      }
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_4_a_file_that_was_lost_is_brought_back() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.sync();
      String lost = "students/" + classroom.userId(classroom.number(1)) + ".json";
      classroom.commitToTracker(Map.of(), Set.of(lost));

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(1);
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_5_a_push_between_listing_and_fetching_comes_with_its_own_watermark() {
    try (Classroom classroom = Classroom.of(3)) {
      int number = classroom.number(0);
      classroom
          .github()
          .faults()
          .next(Operation.FETCH_FILES, new Fault.Slow(Duration.ofSeconds(1)));
      RunId run = classroom.start();
      await().until(() -> classroom.github().counts().of(Operation.FETCH_FILES) == 1);
      classroom.world().push(number, EMPTY_ARRAY);

      classroom.await(run);

      String userId = classroom.userId(number);
      String pushed = classroom.pullRequest(number).head().name();
      assertThat(hashes(classroom)).containsEntry(userId, pushed);
      assertThat(classroom.trackerFile("students/" + userId + ".json")).isEqualTo("[]");
      assertThat(classroom.sync().changed()).isZero();
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_6_a_student_whose_file_cannot_be_had_stays_in_the_maps() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.sync();
      int number = classroom.number(0);
      String before = hashes(classroom).get(classroom.userId(number));
      classroom.world().breakFile(number, BrokenFile.MISSING);
      classroom.world().closePullRequest(classroom.number(2));
      classroom.world().push(classroom.number(1), EMPTY_ARRAY);

      SyncResult result = classroom.sync();

      assertThat(result.failed()).extracting(FailedStudent::number).containsExactly(number);
      assertThat(result.changed()).isEqualTo(1);
      assertThat(hashes(classroom)).hasSize(3).containsEntry(classroom.userId(number), before);
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_7_the_order_of_answers_does_not_show_in_the_files() {
    try (Classroom classroom = Classroom.of(120)) {
      classroom
          .github()
          .faults()
          .rate(Operation.FETCH_FILES, 0.5, new Fault.Slow(Duration.ofMillis(200)), 7);

      classroom.sync();

      assertThat(hashes(classroom).keySet().stream().map(Long::parseLong)).isSorted();
      assertThat(classroom.sync().commitOid()).isNull();
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_8_two_pull_requests_of_one_student_do_not_take_turns() {
    try (Classroom classroom = Classroom.of(3)) {
      PullRequest second = classroom.world().secondPullRequestOfOneUser();
      int first = classroom.number(0);

      SyncResult result = classroom.sync();
      SyncResult again = classroom.sync();

      assertThat(result.students()).isEqualTo(3);
      assertThat(result.skipped())
          .containsExactly(
              new SkippedPullRequest(
                  first,
                  second.author().orElseThrow().login(),
                  "the same author's pull request " + second.number() + " counts"));
      assertThat(hashes(classroom)).containsEntry(classroom.userId(first), second.head().name());
      assertThat(again.commitOid()).isNull();
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_9_a_deleted_fork_still_has_its_file() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.world().deleteFork(classroom.number(1));

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(3);
      assertThat(result.failed()).isEmpty();
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_9_a_deleted_fork_is_no_trouble_even_when_the_base_shows_its_commit_late() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.world().deleteFork(classroom.number(2));
      classroom.github().faults().next(Operation.FETCH_FILES, new Fault.UnseenObjects(2));

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(3);
      assertThat(result.failed()).isEmpty();
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_10_every_kind_of_trouble_has_its_own_name_and_stops_nobody_else() {
    try (Classroom classroom = Classroom.of(8)) {
      Map<Integer, String> expected = new TreeMap<>();
      List<BrokenFile> broken =
          List.of(
              BrokenFile.MISSING,
              BrokenFile.ONE_BYTE,
              BrokenFile.NOT_UTF8,
              BrokenFile.BINARY,
              BrokenFile.HUGE,
              BrokenFile.INVALID_JSON);
      List<String> types =
          List.of(
              "missing-file",
              "invalid-json",
              "invalid-json",
              "invalid-json",
              "too-big",
              "invalid-json");
      for (int i = 0; i < broken.size(); i++) {
        int number = classroom.number(i);
        classroom.world().breakFile(number, broken.get(i));
        expected.put(number, types.get(i));
      }
      classroom.world().breakFile(classroom.number(6), BrokenFile.DOUBLED_KEYS);

      SyncResult result = classroom.sync();

      Map<Integer, String> found = new TreeMap<>();
      result.failed().forEach(student -> found.put(student.number(), student.type()));
      assertThat(found).isEqualTo(expected);
      assertThat(result.failed()).extracting(FailedStudent::message).doesNotHaveDuplicates();
      assertThat(result.changed()).isEqualTo(2);
      classroom.assertInOrder();
    }
  }

  @Test
  void defect_11_a_branch_that_another_writer_moved_loses_neither_their_commit_nor_ours() {
    try (Classroom classroom = Classroom.of(3)) {
      classroom.github().faults().times(Operation.COMMIT, 2, new Fault.ForeignWriter());

      SyncResult result = classroom.sync();

      assertThat(result.changed()).isEqualTo(3);
      List<GitCommit> commits = classroom.world().trackerCommits();
      assertThat(commits).hasSize(3);
      assertThat(commits.getLast().id().name()).isEqualTo(result.commitOid());
      classroom.assertInOrder();
    }
  }

  private static Map<String, String> hashes(Classroom classroom) {
    return read(classroom.trackerFile(HASHES));
  }

  private static List<String> keys(SortedMap<String, byte[]> files, String path) {
    byte[] map = Objects.requireNonNull(files.get(path), path);
    return List.copyOf(read(new String(map, StandardCharsets.UTF_8)).keySet());
  }

  private static Map<String, String> read(String json) {
    try {
      Map<String, String> entries = new LinkedHashMap<>();
      new ObjectMapper()
          .readTree(json)
          .properties()
          .forEach(entry -> entries.put(entry.getKey(), entry.getValue().asText()));
      return entries;
    } catch (IOException malformed) {
      throw new AssertionError(json, malformed);
    }
  }
}
