package dev.backstitch.activities.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.pulls.Head;
import dev.backstitch.activities.sync.SyncResult.SkippedPullRequest;
import dev.backstitch.activities.tracker.TrackerState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SyncPlanTest {
  private static final TrackerState EMPTY = known(Map.of(), Map.of(), Map.of());
  private static final TrackerState ANN_SYNCED =
      known(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of("7", "blob"));

  @Test
  void a_student_whose_watermark_is_the_head_is_not_fetched() {
    SyncPlan plan = SyncPlan.of(ANN_SYNCED, List.of(head(1, "aaa", 7, "ann")));

    assertThat(plan.toFetch()).isEmpty();
    assertThat(plan.unchanged()).isEqualTo(1);
  }

  @Test
  void a_student_whose_head_has_moved_is_fetched_at_that_head() {
    SyncPlan plan = SyncPlan.of(ANN_SYNCED, List.of(head(1, "bbb", 7, "ann")));

    assertThat(plan.toFetch())
        .containsExactly(new StudentHead("7", "ann", 1, "bbb", "ann/progress"));
    assertThat(plan.unchanged()).isZero();
  }

  @Test
  void defect_4_a_watermark_without_its_file_does_not_count() {
    TrackerState fileLost = known(Map.of("7", "ann"), Map.of("7", "aaa"), Map.of());

    SyncPlan plan = SyncPlan.of(fileLost, List.of(head(1, "aaa", 7, "ann")));

    assertThat(plan.toFetch()).hasSize(1);
  }

  @Test
  void defect_7_the_order_in_which_heads_arrive_does_not_matter() {
    List<Head> heads =
        List.of(head(1, "a", 7, "ann"), head(2, "b", 8, "bob"), head(3, "c", 9, "cy"));

    assertThat(SyncPlan.of(EMPTY, heads.reversed())).isEqualTo(SyncPlan.of(EMPTY, heads));
    assertThat(SyncPlan.of(EMPTY, heads).toFetch())
        .extracting(StudentHead::number)
        .containsExactly(1, 2, 3);
  }

  @Test
  void defect_8_of_two_pull_requests_of_one_student_the_highest_counts_and_the_other_is_told() {
    SyncPlan plan =
        SyncPlan.of(
            EMPTY,
            List.of(head(9, "new", 7, "ann"), head(2, "old", 7, "ann"), head(5, "mid", 7, "ann")));

    assertThat(plan.toFetch()).extracting(StudentHead::headOid).containsExactly("new");
    assertThat(plan.students()).isEqualTo(1);
    assertThat(plan.skipped())
        .containsExactly(
            new SkippedPullRequest(2, "ann", "the same author's pull request 5 counts"),
            new SkippedPullRequest(5, "ann", "the same author's pull request 9 counts"));
  }

  @Test
  void a_pull_request_without_a_student_is_skipped_with_a_reason() {
    SyncPlan plan =
        SyncPlan.of(
            EMPTY,
            List.of(
                new Head(4, "aaa", null, null),
                new Head(3, "bbb", new Author("renovate", null), "x/progress")));

    assertThat(plan.toFetch()).isEmpty();
    assertThat(plan.skipped())
        .containsExactly(
            new SkippedPullRequest(3, "renovate", "the author is a bot or an organization"),
            new SkippedPullRequest(4, null, "the author's account is deleted"));
  }

  @Test
  void a_pull_request_that_two_pages_show_counts_once_as_the_later_page_shows_it() {
    SyncPlan plan = SyncPlan.of(EMPTY, List.of(head(1, "old", 7, "ann"), head(1, "new", 7, "ann")));

    assertThat(plan.toFetch()).extracting(StudentHead::headOid).containsExactly("new");
    assertThat(plan.skipped()).isEmpty();
  }

  @Test
  void an_unchanged_student_with_a_new_login_gets_it() {
    SyncPlan plan = SyncPlan.of(ANN_SYNCED, List.of(head(1, "aaa", 7, "anna")));

    assertThat(plan.logins()).isEqualTo(Map.of("7", "anna"));
    assertThat(plan.unchanged()).isEqualTo(1);
  }

  @Test
  void a_student_whose_pull_request_is_closed_is_left_alone() {
    SyncPlan plan = SyncPlan.of(ANN_SYNCED, List.of());

    assertThat(plan.toFetch()).isEmpty();
    assertThat(plan.logins()).isEmpty();
    assertThat(plan.students()).isZero();
  }

  private static Head head(int number, String oid, long userId, String login) {
    return new Head(number, oid, new Author(login, userId), login + "/progress");
  }

  private static TrackerState known(
      Map<String, String> users, Map<String, String> hashes, Map<String, String> files) {
    return new TrackerState(
        "base", new TreeMap<>(users), new TreeMap<>(hashes), new TreeMap<>(files));
  }
}
