package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.simulator.SimulatorConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
final class SyncFaultsBenchTest {
  private static final SyncFaultsBench.Row QUIET =
      new SyncFaultsBench.Row("quiet", null, 0, 0, 10, Map.of(), 1, true, 1);

  @Test
  void a_sync_with_failing_requests_and_a_killed_worker_makes_the_same_tree_in_one_commit()
      throws InterruptedException {
    SimulatorConfig small =
        SimulatorConfig.withoutLatency()
            .withStudents(30)
            .withLatency(Duration.ofMillis(60), Duration.ofMillis(20));

    SyncFaultsBench.Report report =
        new SyncFaultsBench(new SyncFaultsBench.Plan(small, 3, 0.2, 0.1, 3), _ -> {}).measure();

    assertThat(report.isRight()).as(report.toString()).isTrue();
    assertThat(report.troubled()).hasSize(3);
    assertThat(report.troubled())
        .as("trouble that came")
        .anySatisfy(row -> assertThat(row.unavailable() + row.resets()).isPositive());
  }

  @Test
  void a_second_commit_another_tree_and_too_many_requests_are_seen() {
    assertThat(report(row(12, 1, true)).isRight()).isTrue();
    assertThat(report(row(12, 2, true)).isRight()).isFalse();
    assertThat(report(row(12, 1, false)).isRight()).isFalse();
    assertThat(report(row(12, 1, true), row(14, 1, true)).isCheap()).isTrue();
    assertThat(report(row(13, 1, true), row(14, 1, true)).isCheap()).isFalse();
  }

  @Test
  void the_rounds_that_made_more_requests_than_allowed_are_counted() {
    assertThat(report(row(13, 1, true), row(13, 1, true)).above()).isZero();
    assertThat(report(row(13, 1, true), row(14, 1, true), row(20, 1, true)).above()).isEqualTo(2);
  }

  private static SyncFaultsBench.Report report(SyncFaultsBench.Row... troubled) {
    return SyncFaultsBench.Report.of(QUIET, List.of(troubled), 0);
  }

  private static SyncFaultsBench.Row row(long requests, int commits, boolean sameTree) {
    return new SyncFaultsBench.Row("troubled", 1, 1, 1, requests, Map.of(), commits, sameTree, 1);
  }
}
