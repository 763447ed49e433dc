package dev.backstitch.activities.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.format.GitBlob;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MergeTest {
  private static final TrackerBranch TARGET =
      new TrackerBranch(
          Repository.of(ApiUrl.parse("https://api.github.com"), "course/progress"), "tracker");
  private static final TrackerState EMPTY = state(Map.of(), Map.of(), Map.of());

  @Test
  void a_first_sync_writes_the_file_and_both_maps() {
    Merge merge = merge(EMPTY, EMPTY, change("7", "ann", 3, "aaa", "[ ]"));

    assertThat(merge.files())
        .isEqualTo(
            Map.of(
                "students/7.json", "[]",
                "user_map.json", "{\n  \"7\": \"ann\"\n}",
                "latest_sync_hashes.json", "{\n  \"7\": \"aaa\"\n}"));
    assertThat(merge.students()).isEqualTo(1);
  }

  @Test
  void a_file_that_the_branch_holds_already_is_left_out() {
    TrackerState base = state(Map.of("7", "ann"), Map.of("7", "old"), Map.of("7", blob("[]")));

    Merge merge = merge(base, base, change("7", "ann", 3, "new", "[]"));

    assertThat(merge.files()).containsOnlyKeys("latest_sync_hashes.json");
    assertThat(merge.students()).isEqualTo(1);
  }

  @Test
  void defect_3_changes_that_the_branch_holds_already_are_no_commit() {
    TrackerState base = state(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of("7", blob("[]")));

    Merge merge = merge(base, base, change("7", "ann", 3, "aaa", "[]"));

    assertThat(merge.isEmpty()).isTrue();
    assertThat(merge.students()).isZero();
  }

  @Test
  void defect_4_a_watermark_without_its_file_gets_the_file() {
    TrackerState base = state(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of());

    Merge merge = merge(base, base, change("7", "ann", 3, "aaa", "[]"));

    assertThat(merge.files()).containsOnlyKeys("students/7.json");
  }

  @Test
  void defect_6_everybody_else_stays_in_both_maps() {
    TrackerState base =
        state(
            Map.of("7", "ann", "10", "bob"),
            Map.of("7", "aaa", "10", "bbb"),
            Map.of("7", blob("[]"), "10", blob("[]")));

    Merge merge = merge(base, base, change("8", "cy", 4, "ccc", "[]"));

    assertThat(merge.files().get("user_map.json"))
        .isEqualTo("{\n  \"7\": \"ann\",\n  \"8\": \"cy\",\n  \"10\": \"bob\"\n}");
    assertThat(merge.files().get("latest_sync_hashes.json")).contains("aaa", "bbb", "ccc");
    assertThat(merge.files()).doesNotContainKeys("students/7.json", "students/10.json");
  }

  @Test
  void a_new_login_is_written_only_for_a_student_who_has_a_file() {
    TrackerState base = state(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of("7", blob("[]")));
    SortedMap<String, String> logins = new TreeMap<>(Map.of("7", "anna", "8", "bob"));

    Merge merge = Merge.of(new CommitChanges(TARGET, base, List.of(), logins), base, Map.of());

    assertThat(merge.files()).isEqualTo(Map.of("user_map.json", "{\n  \"7\": \"anna\"\n}"));
    assertThat(merge.students()).isZero();
  }

  @Test
  void defect_11_what_another_writer_committed_meanwhile_is_kept() {
    TrackerState base = state(Map.of(), Map.of(), Map.of());
    TrackerState moved = state(Map.of("9", "zoe"), Map.of("9", "zzz"), Map.of("9", blob("[]")));

    Merge merge = merge(base, moved, change("7", "ann", 3, "aaa", "[]"));

    assertThat(merge.files().get("user_map.json")).contains("zoe", "ann");
    assertThat(merge.files().get("latest_sync_hashes.json")).contains("zzz", "aaa");
    assertThat(merge.files()).doesNotContainKey("students/9.json");
  }

  @Test
  void a_contested_watermark_is_ours_only_if_the_pull_request_still_stands_there() {
    TrackerState base = state(Map.of("7", "ann"), Map.of("7", "old"), Map.of("7", blob("[]")));
    TrackerState moved = state(Map.of("7", "ann"), Map.of("7", "theirs"), Map.of("7", blob("[]")));
    CommitChanges wanted = wanted(base, change("7", "ann", 3, "ours", "[{}]"));

    assertThat(Merge.contested(wanted, moved)).hasSize(1);
    assertThat(Merge.of(wanted, moved, Map.of(3, "ours")).files())
        .containsKeys("students/7.json", "latest_sync_hashes.json");
    assertThat(Merge.of(wanted, moved, Map.of(3, "theirs")).isEmpty()).isTrue();
    assertThat(Merge.of(wanted, moved, Map.of(3, "newer than both")).isEmpty()).isTrue();
    assertThat(Merge.of(wanted, moved, Map.of()).isEmpty()).isTrue();
  }

  @Test
  void nothing_is_contested_when_the_other_writer_did_the_same() {
    TrackerState base = state(Map.of("7", "ann"), Map.of("7", "old"), Map.of("7", blob("[]")));
    TrackerState moved = state(Map.of("7", "ann"), Map.of("7", "ours"), Map.of("7", blob("[]")));
    CommitChanges wanted = wanted(base, change("7", "ann", 3, "ours", "[]"));

    assertThat(Merge.contested(wanted, moved)).isEmpty();
    assertThat(Merge.of(wanted, moved, Map.of()).isEmpty()).isTrue();
  }

  private static Merge merge(TrackerState base, TrackerState current, StudentChange... changes) {
    return Merge.of(wanted(base, changes), current, Map.of());
  }

  private static CommitChanges wanted(TrackerState base, StudentChange... changes) {
    return new CommitChanges(TARGET, base, List.of(changes), new TreeMap<>());
  }

  private static StudentChange change(
      String userId, String login, int number, String headOid, String text) {
    return new StudentChange(userId, login, number, headOid, text);
  }

  private static TrackerState state(
      Map<String, String> users, Map<String, String> hashes, Map<String, String> files) {
    return new TrackerState(
        "base", new TreeMap<>(users), new TreeMap<>(hashes), new TreeMap<>(files));
  }

  private static String blob(String text) {
    return GitBlob.oid(text.getBytes(StandardCharsets.US_ASCII));
  }
}
