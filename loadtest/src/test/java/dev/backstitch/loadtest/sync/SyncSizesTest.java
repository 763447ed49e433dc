package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.sync.SyncResult;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Sizes.Limits;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Syncs where GitHub shows less than there is, or something else.
class SyncSizesTest {

  @Test
  void a_branch_of_more_files_than_lists_show_loses_none() {
    try (Classroom classroom =
        Classroom.with(SimulatorConfig.withoutLatency().withStudents(1_010))) {
      SyncResult cold = classroom.sync();
      classroom.world().forge().sizes().limits(Limits.GITHUB.withLists(3, 3));
      classroom.world().pushProgress(7);

      SyncResult changed = classroom.sync();

      assertThat(cold.changed()).isEqualTo(1_010);
      assertThat(changed.changed()).isEqualTo(7);
      assertThat(classroom.world().trackerFiles()).hasSizeGreaterThan(1_010);
      classroom.assertInOrder();
    }
  }

  @Test
  void answers_of_two_windows_in_turn_do_not_stop_a_sync_and_the_worse_ones_count() {
    try (Classroom classroom = Classroom.of(30)) {
      var other = new Fault.OtherWindow(129, Duration.ofMinutes(22));
      classroom.github().faults().rate(Operation.ANY, 0.5, other, 3);

      SyncResult cold = classroom.sync();
      classroom.world().pushProgress(5);
      SyncResult changed = classroom.sync();

      assertThat(classroom.github().faults().injected()).isNotEmpty();
      assertThat(cold.changed()).isEqualTo(30);
      assertThat(changed.changed()).isEqualTo(5);
      assertThat(classroom.quotas())
          .filteredOn(quota -> quota.resource().equals("graphql"))
          .singleElement()
          .satisfies(quota -> {
            assertThat(quota.remaining()).isBetween(4_800, 5_000 - 129);
            assertThat(quota.resetAt())
                .isBefore(classroom.github().clock().now().plus(Duration.ofMinutes(23)));
          });
      classroom.assertInOrder();
    }
  }

  @Test
  void what_is_too_much_for_one_commit_is_on_the_branch_after_several() {
    try (Classroom classroom = Classroom.of(220)) {
      classroom.world().forge().sizes().limits(Limits.GITHUB.withWrites(900_000, 1, 1));

      SyncResult cold = classroom.sync();
      List<GitCommit> parts = classroom.world().trackerCommits();
      classroom.world().pushProgress(7);
      SyncResult changed = classroom.sync();

      assertThat(cold.changed()).isEqualTo(220);
      assertThat(cold.commitOid()).isEqualTo(parts.getLast().id().name());
      assertThat(parts).hasSizeBetween(2, 8);
      assertThat(parts)
          .extracting(GitCommit::message)
          .as("the last one completes the call")
          .allMatch(message -> message.contains("Sync-Op: "))
          .filteredOn(message -> !message.strip().matches("(?s).*/\\d+-\\d+"))
          .containsExactly(parts.getLast().message());
      assertThat(changed.changed()).isEqualTo(7);
      assertThat(classroom.world().trackerCommits()).hasSize(parts.size() + 1);
      classroom.assertInOrder();
    }
  }
}
