package dev.backstitch.loadtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.bench.SyncLargeBench.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SyncLargeBenchTest {

  @Test
  void a_class_too_large_for_one_commit_is_synced_in_parts_with_little_memory() {
    List<String> said = new ArrayList<>();
    SyncLargeBench bench =
        new SyncLargeBench(new SyncLargeBench.Plan(1_040, 30, 64, Duration.ZERO, 1), said::add);

    List<Row> rows = bench.measure();

    assertThat(rows).hasSize(2).allMatch(Row::isRight);
    Row cold = rows.getFirst();
    assertThat(cold.changed()).as(cold.toString()).isEqualTo(1_040);
    assertThat(cold.commits()).as("500, 500 and 40 students").isEqualTo(3);
    assertThat(cold.mostHeapMiB()).as(cold.toString()).isBetween(5.0, 64.0);
    Row changed = rows.getLast();
    assertThat(changed.changed()).as(changed.toString()).isEqualTo(30);
    assertThat(changed.commits()).isEqualTo(1);
    assertThat(changed.requests())
        .as("the branch, 11 pages, two batches, a commit")
        .isEqualTo(1 + 11 + 2 + 1);
    assertThat(changed.historyMiB()).isBetween(0.1, 2.0);
    assertThat(said).hasSize(3);
  }
}
