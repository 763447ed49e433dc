package dev.backstitch.loadtest.original;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.world.BrokenFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OriginalPollerTest {

  private static final int STUDENTS = 35;

  /// One for the repository, two pages of 30.
  private static final int LISTING = 3;

  private final GitHubSimulator simulator =
      GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(STUDENTS));
  private final OriginalPoller poller = new OriginalPoller(simulator);

  @AfterEach
  void stop() {
    poller.takeKnownViolations();
    simulator.close();
  }

  @ParameterizedTest
  @EnumSource
  void a_cold_run_asks_once_per_student_and_commits_three_times(Way way) throws Exception {
    OriginalRun run = poller.run(way);

    assertThat(run.students()).isEqualTo(STUDENTS);
    assertThat(run.fetched()).isEqualTo(STUDENTS);
    assertThat(run.requests()).isEqualTo(LISTING + STUDENTS);
    assertThat(run.points()).isEqualTo(LISTING + STUDENTS);
    assertThat(run.commits()).isEqualTo(3);
    assertThat(run.took()).isPositive();
    assertThat(simulator.world().trackerCommits())
        .extracting(GitCommit::message)
        .containsExactly(
            "Update progress for 35 students",
            "Update user_map.json",
            "Update latest_sync_hashes.json");
    assertStudentsAsExpected();
  }

  @Test
  void the_skip_leaves_out_what_is_unchanged() throws Exception {
    poller.run(Way.THREADS_WITH_SKIP);
    OriginalRun idle = poller.run(Way.THREADS_WITH_SKIP);
    simulator.world().pushProgress(4);
    OriginalRun changed = poller.run(Way.THREADS_WITH_SKIP);

    assertThat(idle.requests()).isEqualTo(LISTING);
    assertThat(idle.skipped()).isEqualTo(STUDENTS);
    assertThat(idle.commits()).isZero();
    assertThat(changed.requests()).isEqualTo(LISTING + 4);
    assertThat(changed.commits()).isEqualTo(2); // students and hashes; no user is new
    assertStudentsAsExpected();
  }

  @Test
  void without_the_skip_everything_is_asked_for_again() throws Exception {
    poller.run(Way.SERIAL);
    OriginalRun idle = poller.run(Way.SERIAL);

    assertThat(idle.requests()).isEqualTo(LISTING + STUDENTS);
    assertThat(idle.commits()).isZero();
  }

  @Test
  void a_file_that_cannot_be_read_is_failed_and_forgotten() throws Exception {
    var open = simulator.world().openPullRequests();
    simulator.world().breakFile(open.getFirst().number(), BrokenFile.INVALID_JSON);
    simulator.world().deleteFork(open.getLast().number());

    OriginalRun run = poller.run(Way.SERIAL);

    assertThat(run.failed()).isEqualTo(2);
    assertThat(run.fetched()).isEqualTo(STUDENTS - 2);
  }

  /// The original writes its maps in the order of its threads, so only their entries are compared.
  private void assertStudentsAsExpected() {
    Map<String, byte[]> actual = simulator.world().trackerFiles();
    assertThat(actual).containsOnlyKeys(simulator.world().expectedTrackerFiles().keySet());
    simulator
        .world()
        .expectedTrackerFiles()
        .forEach((path, expected) -> {
          byte[] found = Objects.requireNonNull(actual.get(path));
          if (path.startsWith("students/")) {
            assertThat(found).as(path).isEqualTo(expected);
          } else {
            assertThat(sortedLines(found)).as(path).isEqualTo(sortedLines(expected));
          }
        });
  }

  private static String sortedLines(byte[] file) {
    String[] lines = new String(file, StandardCharsets.UTF_8).replace(",", "").split("\n", -1);
    Arrays.sort(lines);
    return String.join("\n", lines);
  }
}
