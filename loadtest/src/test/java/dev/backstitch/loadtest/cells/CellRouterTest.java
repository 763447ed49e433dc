package dev.backstitch.loadtest.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CellRouterTest {
  private static final List<String> KEYS =
      IntStream.range(0, 10_000).mapToObj(number -> "order-" + number).toList();

  @Test
  void a_key_belongs_to_the_same_cell_whoever_asks() {
    CellRouter router = new CellRouter(List.of("cell-1", "cell-2", "cell-3"));
    CellRouter another = new CellRouter(List.of("cell-3", "cell-1", "cell-2"));

    assertThat(KEYS)
        .allSatisfy(key -> assertThat(router.cellOf(key)).isEqualTo(another.cellOf(key)));
    // For ever: who changes the hash loses the runs of every installation.
    assertThat(List.of("ada", "grace", "alan", "edsger", "barbara", "käthe"))
        .extracting(router::cellOf)
        .containsExactly("cell-2", "cell-1", "cell-2", "cell-3", "cell-3", "cell-2");
  }

  @Test
  void every_cell_gets_about_its_share() {
    CellRouter router = new CellRouter(List.of("cell-1", "cell-2", "cell-3", "cell-4"));

    Map<String, Long> shares =
        KEYS.stream()
            .map(router::cellOf)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(shares).hasSize(4);
    // Four standard deviations of a fair draw.
    assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(2_327L, 2_673L));
  }

  @Test
  void a_cell_more_takes_keys_from_all_others_and_moves_none_between_them() {
    CellRouter before = new CellRouter(List.of("cell-1", "cell-2", "cell-3"));
    CellRouter after = new CellRouter(List.of("cell-1", "cell-2", "cell-3", "cell-4"));

    List<String> moved =
        KEYS.stream().filter(key -> !before.cellOf(key).equals(after.cellOf(key))).toList();

    assertThat(moved).hasSizeBetween(2_327, 2_673);
    assertThat(moved).extracting(after::cellOf).containsOnly("cell-4");
    assertThat(moved).extracting(before::cellOf).contains("cell-1", "cell-2", "cell-3");
  }

  @Test
  void cells_without_a_name_of_their_own_are_refused() {
    assertThatThrownBy(() -> new CellRouter(List.of("cell-1", "cell-1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cell-1, cell-1");
    assertThatThrownBy(() -> new CellRouter(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
