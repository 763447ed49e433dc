package dev.backstitch.activities.branch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.PostTarget.Delivery;
import dev.backstitch.orchestrator.workflow.PostTarget.Doubt;
import dev.backstitch.orchestrator.workflow.PostTarget.Item;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Target;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What of a delivery goes into a commit, and how that is found again.
class PortionTest {
  private static final RunId RUN = new RunId(7);
  private static final Target BRANCH = new Target("git-branch", "anywhere");

  private static Item item(int n, int attempt) {
    return new Item("file-%04d".formatted(n), new PostVersion(RUN, n), "{}", attempt);
  }

  private static Portion portion(int files, String text, int attempt) {
    List<Item> items = IntStream.rangeClosed(1, files).mapToObj(n -> item(n, attempt)).toList();
    TreeMap<String, @Nullable String> wanted = new TreeMap<>();
    items.forEach(item -> wanted.put(item.key(), text));
    return Portion.of(new Delivery(5, BRANCH, items), wanted);
  }

  @ParameterizedTest
  @CsvSource({"1, 1000", "2, 1000", "3, 500", "4, 250", "5, 125", "6, 100", "19, 100"})
  void what_was_refused_goes_by_ever_less_down_to_what_everybody_gets_through(
      int attempt, int expected) {
    Portion portion = portion(1_000, "short", attempt);

    assertThat(portion.items()).hasSize(expected);
    assertThat(portion.files()).hasSize(expected).containsKey("file-0001");
    assertThat(portion.isWhole()).isEqualTo(expected == 1_000);
  }

  @Test
  void large_texts_count_as_many_files_do_and_one_goes_however_large_it_is() {
    String large = "x".repeat(400_000);

    assertThat(portion(8, large, 3).items()).hasSize(4);
    assertThat(portion(8, large, 9).items()).hasSize(2);
    assertThat(portion(2, "x".repeat(3_000_000), 9).items()).hasSize(1);
  }

  @Test
  void a_commit_of_everything_is_found_by_its_delivery_and_the_run() {
    BranchClient.Commit commit = committed(portion(3, "short", 1));

    assertThat(commit.message()).isEqualTo("Sync-Run: " + RUN + "\nSync-Op: delivery-5");
    assertThat(Portion.brought(doubt(3, 5), commit)).isTrue();
    assertThat(Portion.brought(doubt(3, 6), commit)).isFalse();
  }

  @Test
  void a_commit_of_a_part_holds_what_it_names_and_nothing_else_of_its_run() {
    BranchClient.Commit commit = committed(portion(150, "short", 9));

    assertThat(Portion.brought(doubt(100, 5), commit)).isTrue();
    assertThat(Portion.brought(doubt(101, 5), commit)).isFalse();
    assertThat(Portion.brought(doubt(100, 6), commit)).isFalse();
  }

  @Test
  void what_was_unfit_did_not_land_with_the_rest_of_its_run() {
    TreeMap<String, @Nullable String> wanted = new TreeMap<>();
    wanted.put(item(1, 1).key(), "text");
    Delivery delivery = new Delivery(5, BRANCH, List.of(item(1, 1), item(2, 1)));

    BranchClient.Commit commit = committed(Portion.of(delivery, wanted));

    assertThat(Portion.brought(doubt(1, 5), commit)).isTrue();
    assertThat(Portion.brought(doubt(2, 5), commit)).isFalse();
  }

  private static BranchClient.Commit committed(Portion portion) {
    return new BranchClient.Commit("oid", String.join("\n", portion.marks(5)));
  }

  private static Doubt doubt(int n, long delivery) {
    return new Doubt("file-%04d".formatted(n), new PostVersion(RUN, n), delivery, "null");
  }
}
