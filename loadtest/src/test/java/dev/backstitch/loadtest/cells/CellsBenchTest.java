package dev.backstitch.loadtest.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two real cells under a small load. Nothing is said about speed.
@Tag("alone")
final class CellsBenchTest {

  @Test
  void runs_are_spread_over_cells_and_each_cell_tells_its_own_costs() throws InterruptedException {
    CellsBench.Plan plan =
        new CellsBench.Plan(
            List.of(1, 2), 10, 2, 3, Duration.ofSeconds(1), Duration.ofMillis(2_500));

    List<CellsRow> rows;
    try (CellsBench bench = CellsBench.open(plan, _ -> {})) {
      rows = bench.measure();
    }

    assertThat(rows)
        .extracting(row -> row.cells() + " " + row.load())
        .containsExactly("1 held", "1 flat-out", "2 held", "2 flat-out");
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.notDone()).as("%s", row).isZero();
          assertThat(row.eachCell()).hasSize(row.cells());
          assertThat(row.eachCell())
              .allSatisfy(cell -> {
                assertThat(cell.runs()).as("%s", row).isPositive();
                assertThat(cell.engineCpuSecondsPerThousandSteps()).isNotNull();
                assertThat(cell.databaseCpuSecondsPerThousandSteps()).isNotNull();
              });
          assertThat(row.eachCell().stream().mapToDouble(CellsRow.Each::stepsPerSecond).sum())
              .isCloseTo(row.stepsPerSecond(), within(1e-6));
          assertThat(Objects.requireNonNull(row.cpuSecondsPerThousandSteps())).isPositive();
        });
    assertThat(rows.get(2).offeredRunsPerSecond()).isEqualTo(20.0);
    assertThat(rows.get(1).offeredRunsPerSecond()).isNull();
  }
}
