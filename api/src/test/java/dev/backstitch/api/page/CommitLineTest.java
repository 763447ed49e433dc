package dev.backstitch.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommitLineTest {
  private static final Payload SYNC = Payload.ofJson("{\"repository\": \"course/progress\"}");
  private static final String FIRST = "a".repeat(40);
  private static final String SECOND = "b".repeat(40);

  @Test
  void the_changes_of_one_commit_are_told_with_it() {
    assertThat(line(RunStatus.COMPLETED, SYNC, committed(FIRST, 185)))
        .hasValue(
            new PostLine(
                "branch tracker of course/progress",
                "185 changes, 1 commit",
                "commit aaaaaaaaaaaa",
                "good"));
  }

  @Test
  void the_parts_of_a_run_that_failed_are_told_as_far_as_they_came() {
    assertThat(line(RunStatus.FAILED, SYNC, committed(FIRST, 500), committed(SECOND, 1)))
        .hasValueSatisfying(line -> {
          assertThat(line.summary()).isEqualTo("501 changes, 2 commits");
          assertThat(line.details()).isEqualTo("the last one bbbbbbbbbbbb");
        });
  }

  @Test
  void a_sync_that_has_not_come_to_its_commit_has_none_yet() {
    assertThat(line(RunStatus.RUNNING, SYNC)).isEmpty();
    assertThat(line(RunStatus.FAILED, SYNC)).isEmpty();
  }

  @Test
  void a_sync_whose_branch_held_all_of_it_has_none_and_says_so() {
    Payload nothing = Payload.ofJson("{\"kind\": \"nothing-to-commit\", \"use\": {}}");

    assertThat(line(RunStatus.COMPLETED, SYNC, nothing))
        .hasValueSatisfying(line -> {
          assertThat(line.summary()).isEqualTo("0 changes, 0 commits");
          assertThat(line.details()).isEqualTo("nothing to commit");
        });
  }

  @Test
  void what_somebody_else_calls_a_sync_has_no_such_line() {
    assertThat(line(RunStatus.COMPLETED, Payload.ofJson("17"))).isEmpty();
    assertThat(line(RunStatus.COMPLETED, Payload.ofJson("{\"city\": \"Ulm\"}"))).isEmpty();
    assertThat(CommitLine.of(run("greet", RunStatus.COMPLETED), SYNC, List.of())).isEmpty();
  }

  private static Optional<PostLine> line(RunStatus status, Payload input, Payload... results) {
    return CommitLine.of(run("progress-sync", status), input, List.of(results));
  }

  private static Payload committed(String oid, int students) {
    return Payload.ofJson(
        "{\"kind\": \"committed\", \"commitOid\": \"%s\", \"students\": %d, \"use\": {}}"
            .formatted(oid, students));
  }

  private static Run run(String workflow, RunStatus status) {
    return new Run(
        new RunId(7),
        workflow,
        null,
        "default",
        0,
        status,
        "build",
        null,
        Instant.EPOCH,
        null,
        null,
        null);
  }
}
