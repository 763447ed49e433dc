package dev.backstitch.activities.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.pulls.Author;
import dev.backstitch.activities.pulls.Head;
import dev.backstitch.activities.sync.AnnouncedPull.Move;
import dev.backstitch.activities.tracker.TrackerState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {
  private static final Author ANN = new Author("ann", 7L);

  @Test
  void a_delivery_that_starts_from_the_watermark_is_believed() {
    assertThat(told("a", moved("a", "b"))).containsExactly(head(1, "b"));
  }

  @Test
  void deliveries_in_any_order_and_twice_give_the_end_of_all_moves() {
    assertThat(told("a", moved("b", "c"), moved("a", "b"), moved("b", "c")))
        .containsExactly(head(1, "c"));
  }

  @Test
  void a_student_nobody_knows_yet_is_believed() {
    assertThat(told(null, opened("a"))).containsExactly(head(1, "a"));
  }

  @Test
  void a_lost_delivery_shows_in_a_watermark_that_none_names() {
    assertThat(told("x", moved("a", "b"))).isNull();
  }

  @Test
  void a_push_back_and_forth_has_no_end_and_is_looked_up() {
    assertThat(told("a", moved("a", "b"), moved("b", "a"))).isNull();
  }

  @Test
  void a_closed_pull_request_may_leave_the_student_with_another_one() {
    assertThat(told("a", new Move(null, "a", false))).isNull();
  }

  @Test
  void of_a_listing_only_the_announced_students_count_with_all_their_pull_requests() {
    Head bob = new Head(2, "x", new Author("bob", 8L), "bob/r");

    assertThat(announced(moved("a", "b")).among(List.of(head(1, "b"), bob, head(3, "z"))))
        .containsExactly(head(1, "b"), head(3, "z"));
  }

  @Test
  void a_listing_that_lags_behind_the_deliveries_is_put_right() {
    assertThat(announced(moved("a", "b")).among(List.of(head(1, "a"))))
        .containsExactly(head(1, "b"));
  }

  @Test
  void a_listing_that_is_ahead_of_the_deliveries_counts() {
    assertThat(announced(moved("a", "b")).among(List.of(head(1, "c"))))
        .containsExactly(head(1, "c"));
  }

  private static @Nullable List<Head> told(@Nullable String watermark, Move... moves) {
    TrackerState known =
        new TrackerState(
            "base",
            new TreeMap<>(),
            new TreeMap<>(watermark == null ? Map.of() : Map.of("7", watermark)),
            new TreeMap<>());
    return announced(moves).heads(known).orElse(null);
  }

  private static Announcements announced(Move... moves) {
    return new Announcements(List.of(new AnnouncedPull(1, ANN, "ann/r", List.of(moves))));
  }

  private static Move moved(String before, String head) {
    return new Move(before, head, true);
  }

  private static Move opened(String head) {
    return new Move(null, head, true);
  }

  private static Head head(int number, String oid) {
    return new Head(number, oid, ANN, "ann/r");
  }
}
