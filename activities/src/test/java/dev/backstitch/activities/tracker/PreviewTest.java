package dev.backstitch.activities.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.format.GitBlob;
import dev.backstitch.activities.tracker.Preview.FileDiff;
import dev.backstitch.activities.tracker.Preview.Student;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreviewTest {
  private static final Student ANN = new Student("7", "ann");
  private static final Student BOB = new Student("8", "bob");

  private final TrackerState base =
      new TrackerState(
          "base",
          new TreeMap<>(Map.of("7", "ann")),
          new TreeMap<>(Map.of("7", "old")),
          new TreeMap<>(Map.of("7", "blob")));

  @Test
  void added_and_changed_students_are_told_apart_file_by_file() {
    Preview preview = preview(null, change("7", "ann", "aaa"), change("8", "bob", "bbb"));

    assertThat(preview)
        .isEqualTo(
            new Preview(
                2,
                List.of(
                    new FileDiff("students/7.json", List.of(), List.of(ANN)),
                    new FileDiff("students/8.json", List.of(BOB), List.of()),
                    new FileDiff("user_map.json", List.of(BOB), List.of()),
                    new FileDiff("latest_sync_hashes.json", List.of(BOB), List.of(ANN)))));
  }

  @Test
  void another_layout_has_other_paths() {
    Preview preview =
        preview(new Layout("data/people", "who.json", "seen.json"), change("8", "bob", "bbb"));

    assertThat(preview.files())
        .extracting(FileDiff::path)
        .containsExactly("data/people/8.json", "who.json", "seen.json");
  }

  @Test
  void a_file_that_the_branch_holds_already_is_not_shown() {
    String blob = GitBlob.oid("[]".getBytes(StandardCharsets.US_ASCII));
    TrackerState synced =
        new TrackerState(
            "base",
            new TreeMap<>(Map.of("7", "ann")),
            new TreeMap<>(Map.of("7", "aaa")),
            new TreeMap<>(Map.of("7", blob)));

    Preview preview =
        Preview.of(
            new CommitChanges(
                branch(null), synced, List.of(change("7", "ann", "aaa")), new TreeMap<>()));

    assertThat(preview).isEqualTo(Preview.NOTHING);
  }

  private Preview preview(@Nullable Layout layout, StudentChange... changes) {
    return Preview.of(new CommitChanges(branch(layout), base, List.of(changes), new TreeMap<>()));
  }

  private static TrackerBranch branch(@Nullable Layout layout) {
    return new TrackerBranch(
        Repository.of(ApiUrl.parse("https://api.github.com"), "o/r"), "tracker", layout);
  }

  private static StudentChange change(String userId, String login, String headOid) {
    return new StudentChange(userId, login, 1, headOid, "[]");
  }
}
