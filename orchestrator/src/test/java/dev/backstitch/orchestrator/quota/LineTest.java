package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The places of those that wait.
final class LineTest {
  private static final AtomicInteger OWNERS = new AtomicInteger();
  private static final TestDatabase database = TestDatabase.create();
  private static final Handle handle = Book.open(database);

  private final Random chance = new Random(7);
  private final Book book = new Book(handle, "owner-" + OWNERS.incrementAndGet());

  @AfterAll
  static void close() {
    handle.close();
    database.close();
  }

  /// Of 4,000 points that are spread over a quarter of an hour anew at each ask, n are spent when
  /// (1 - n / 4,000) to the power of a quarter of the hour is left.
  @Test
  void behind_a_reset_places_are_as_far_apart_as_the_pace_will_be() {
    book.rules = QuotaRules.DEFAULT.withPace(12, 8, 100_000);
    book.learn(5_000, 1_000, 600);

    List<Instant> places = places(400, 10, false);

    Instant from = book.now.plusSeconds(602);
    assertThat(places.getFirst()).isEqualTo(from);
    for (int i = 0; i < places.size(); i += 50) {
      double hour = 3_600 * (1 - Math.pow(1 - 10 * i / 4_000.0, 0.25));
      assertThat(seconds(from, places.get(i))).isBetween(hour - 0.01, hour + 0.01);
    }
  }

  @Test
  void within_a_window_places_slow_down_like_the_pace_and_those_that_do_not_fit_go_behind_it() {
    book.rules = PulldasherCasesTest.withoutBurst();
    book.learn(5_000, 1_101, 1_000);
    assertThat(book.ask(Lane.BULK).granted()).isTrue();

    List<Instant> places = places(150, 1, false);

    Instant reset = book.now.plusSeconds(1_000);
    assertThat(places.subList(0, 98)).isSorted().allMatch(reset::isAfter);
    assertThat(seconds(places.get(0), places.get(1))).isBetween(2.4, 2.7);
    assertThat(seconds(places.get(49), places.get(50))).isGreaterThan(4);
    assertThat(places.subList(100, 150)).isSorted().allMatch(reset::isBefore);
  }

  @Test
  void those_who_come_back_too_early_are_each_told_a_time_behind_those_who_wait() {
    book.rules = PulldasherCasesTest.withoutBurst();
    book.learn(5_000, 4_001, 3_000);
    assertThat(book.ask(Lane.BULK).granted()).isTrue();
    List<Instant> first = places(100, 1, false);

    List<Instant> again = places(100, 1, true);

    assertThat(again).isSorted().doesNotHaveDuplicates().allMatch(first.getLast()::isBefore);
  }

  /// A fast line behind the reset would only come too early: the points of a minute are the bound.
  @Test
  void behind_a_reset_no_more_come_than_points_a_minute_let_through() {
    book.rules = QuotaRules.DEFAULT.withPace(12, 8, 60);
    book.learn(5_000, 1_000, 600);

    List<Instant> places = places(100, 1, false);

    assertThat(seconds(places.getFirst(), places.getLast())).isEqualTo(99 * 1.5);
  }

  @Test
  void those_who_wait_for_points_a_minute_stand_in_line_when_they_come_back_too() {
    book.rules = QuotaRules.DEFAULT.withPace(1_000, 1_000, 60);
    book.learn(5_000, 4_000, 3_000);
    while (book.ask(Lane.LIVE).granted()) {
      // Until the points of this minute are spent.
    }

    List<Instant> again = places(Lane.LIVE, 20, 1, true);

    for (int i = 1; i < again.size(); i++) {
      assertThat(seconds(again.get(i - 1), again.get(i))).isEqualTo(1.5);
    }
  }

  /// Of a minute's 30 writes ten may come a second apart or what their points need, then one each
  /// three seconds; of an hour's 200 there are 66 in advance, then one each 27 seconds.
  @Test
  void writes_stand_as_far_apart_as_seconds_minutes_and_hours_let_them_through() {
    book.learn(5_000, 4_000, 3_000);
    assertThat(book.write(Lane.LIVE).granted()).isTrue();

    List<Instant> places = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      places.add(Objects.requireNonNull(book.write(Lane.LIVE).until()));
    }

    assertThat(places.getFirst()).isEqualTo(book.now.plusSeconds(1));
    assertThat(seconds(places.get(0), places.get(5))).isEqualTo(5 * 1.25);
    assertThat(seconds(places.get(30), places.get(40))).isEqualTo(10 * 3);
    assertThat(seconds(places.get(90), places.get(100))).isEqualTo(10 * 27);
  }

  @Test
  void reads_do_not_stand_behind_writes() {
    book.rules = QuotaRules.DEFAULT.withPace(1_000, 1_000, 60);
    book.learn(5_000, 4_000, 3_000);
    while (book.ask(Lane.LIVE).granted()) {
      // Until the points of this minute are spent.
    }
    for (int i = 0; i < 50; i++) {
      assertThat(book.write(Lane.LIVE).verdict()).isEqualTo("WAIT");
    }

    assertThat(book.ask(Lane.LIVE).waitFrom(book.now)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void bulk_that_writes_comes_back_behind_a_reset_as_far_apart_as_writes_may() {
    book.learn(5_000, 1_000, 600);
    List<Instant> places = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      places.add(Objects.requireNonNull(book.write(Lane.BULK).until()));
    }

    assertThat(places.getFirst()).isEqualTo(book.now.plusSeconds(602));
    assertThat(seconds(places.getFirst(), places.getLast())).isEqualTo(9 * 3);
  }

  @Test
  void bulk_that_waits_for_calls_on_their_way_stands_in_line() {
    book.learn(5_000, 4_000, 3_000);
    while (book.ask(Lane.BULK).granted()) {
      // Until eight are on their way.
    }

    List<Instant> places = places(40, 1, true);

    assertThat(places).isSorted().doesNotHaveDuplicates();
    assertThat(seconds(book.now, places.getLast())).isBetween(1.0, 1.3);
  }

  @Test
  void whose_turn_has_come_waits_for_calls_on_their_way_before_the_line_and_not_behind_it() {
    book.learn(5_000, 4_000, 3_000);
    Book.Reply reply = book.ask(Lane.BULK);
    for (int left = 3_999; reply.granted(); left--) {
      book.answerAndFinish(reply, 5_000, left, 3_000);
      reply = book.ask(Lane.BULK);
    }
    assertThat(seconds(book.now, places(400, 1, false).getLast())).isGreaterThan(90);

    book.now = book.now.plusSeconds(60);
    do {
      reply = book.ask(book.use(Lane.BULK, 1, 0), true);
    } while (reply.granted());

    assertThat(reply.reason()).contains("8 calls at a time");
    assertThat(reply.waitFrom(book.now)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void bulk_that_waits_for_calls_on_their_way_does_not_cross_the_reset_in_a_crowd() {
    book.learn(5_000, 4_000, 2);
    while (book.ask(Lane.BULK).granted()) {
      // Until eight are on their way.
    }

    List<Instant> places = places(200, 1, false);

    Instant reset = book.now.plusSeconds(2);
    List<Instant> behind = places.stream().filter(place -> !place.isBefore(reset)).toList();
    assertThat(behind).hasSizeGreaterThan(100).isSorted();
    assertThat(behind.getFirst()).isEqualTo(reset.plusSeconds(2));
    assertThat(seconds(behind.getFirst(), behind.getLast()))
        .isGreaterThan(0.2 * (behind.size() - 1));
  }

  @Test
  void behind_a_reset_nobody_is_told_a_time_at_which_he_must_wait_on() {
    book.rules = QuotaRules.DEFAULT.withPace(1_000, 1_000, 6);
    book.learn(5_000, 4_000, 5);
    assertThat(book.ask(Lane.BULK).granted()).isTrue();
    assertThat(book.ask(Lane.BULK).granted()).as("the last point in advance").isTrue();

    assertThat(places(3, 1, false))
        .doesNotHaveDuplicates()
        .noneMatch(book.now.plusSeconds(15)::isAfter);
  }

  @Test
  void a_call_that_is_too_large_for_this_window_sends_no_other_behind_the_reset() {
    book.rules = PulldasherCasesTest.withoutBurst();
    book.learn(5_000, 1_051, 3_000);
    assertThat(book.ask(Lane.BULK).granted()).isTrue();

    assertThat(book.ask(Lane.BULK, 60).waitFrom(book.now)).isEqualTo(Duration.ofSeconds(3_002));
    assertThat(book.ask(Lane.BULK).waitFrom(book.now)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void who_comes_after_a_reset_goes_behind_those_who_waited_for_it() {
    book.rules = PulldasherCasesTest.withoutBurst();
    book.learn(5_000, 1_000, 600);
    Instant last = places(100, 1, false).getLast();
    book.pass(603);
    book.answerAndFinish(book.askAgain(Lane.BULK), 5_000, 4_999, 3_600);
    assertThat(book.askAgain(Lane.BULK).granted()).isTrue();

    Book.Reply newcomer = book.ask(Lane.BULK);

    assertThat(newcomer.until()).isAfter(last);
  }

  @Test
  void a_call_that_goes_behind_the_next_reset_does_not_wipe_the_line_of_this_window() {
    book.rules = PulldasherCasesTest.withoutBurst();
    book.learn(5_000, 1_000, 600);
    Instant last = places(100, 1, false).getLast();
    book.pass(603);
    book.answerAndFinish(book.askAgain(Lane.BULK), 5_000, 4_999, 3_600);
    assertThat(book.askAgain(Lane.BULK).granted()).isTrue();

    assertThat(book.ask(Lane.BULK, 4_000).until()).isAfter(book.now.plusSeconds(3_600));

    assertThat(book.ask(Lane.BULK).until()).isBetween(last, book.now.plusSeconds(3_600));
  }

  @Test
  void up_to_when_bulk_waits_is_shown_for_both_lines() {
    book.rules = PulldasherCasesTest.withoutBurst();
    book.learn(5_000, 1_010, 600);
    assertThat(book.ask(Lane.BULK).granted()).isTrue();

    Instant soon = Objects.requireNonNull(book.ask(Lane.BULK).until());
    assertThat(book.state().bulkWaitsUntil()).isBetween(soon, soon.plusSeconds(100));
    assertThat(book.ask(Lane.BULK, 100).verdict()).isEqualTo("WAIT");
    assertThat(book.state().bulkWaitsUntil()).isAfter(book.now.plusSeconds(602));
  }

  /// Nobody is told that some of them have died.
  @Test
  void the_line_is_no_longer_than_the_window_behind_the_reset() {
    book.learn(5_000, 1_000, 600);

    List<Instant> places = places(1_200, 10, false);

    assertThat(places).doesNotHaveDuplicates();
    assertThat(places).allMatch(book.now.plusSeconds(602 + 3_600)::isAfter);
    assertThat(places.subList(800, 1_200)).anyMatch(book.now.plusSeconds(700)::isAfter);
  }

  @Test
  void the_line_of_points_a_minute_is_no_longer_than_a_window() {
    book.rules = QuotaRules.DEFAULT.withPace(1_000, 1_000, 6);
    book.learn(5_000, 4_000, 3_000);
    while (book.ask(Lane.LIVE).granted()) {
      // Until the points of this minute are spent.
    }

    List<Instant> places = places(Lane.LIVE, 500, 1, true);

    assertThat(places).allMatch(book.now.plusSeconds(3_600 + 16)::isAfter);
  }

  private List<Instant> places(int calls, int cost, boolean waited) {
    return places(Lane.BULK, calls, cost, waited);
  }

  private List<Instant> places(Lane lane, int calls, int cost, boolean waited) {
    List<Instant> places = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      book.random = chance.nextDouble();
      Book.Reply reply = book.ask(book.use(lane, cost, 0), waited);
      assertThat(reply.verdict()).as(reply.reason()).isEqualTo("WAIT");
      places.add(Objects.requireNonNull(reply.until()));
    }
    return places;
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
