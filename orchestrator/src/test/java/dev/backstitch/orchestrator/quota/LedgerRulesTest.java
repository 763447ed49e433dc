package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The ledger's rules one by one: permits and their leases, secondary limits, strikes, lanes.
final class LedgerRulesTest {
  private static final AtomicInteger OWNERS = new AtomicInteger();
  private static final TestDatabase database = TestDatabase.create();
  private static final Handle handle = Book.open(database);

  private final Book book = new Book(handle, "owner-" + OWNERS.incrementAndGet());

  @AfterAll
  static void close() {
    handle.close();
    database.close();
  }

  @Test
  void a_permit_whose_holder_died_is_given_up_after_its_lease_and_counts_as_spent() {
    book.learn(5_000, 1_010, 3_000);
    Book.Reply dead = book.ask(Lane.BULK, 4);
    assertThat(book.state().bulk()).isEqualTo(4);

    book.pass(61);
    assertThat(book.ask(Lane.BULK, 7).verdict())
        .as("6 are left above the reserve")
        .isEqualTo("WAIT");
    assertThat(book.state().lost()).isEqualTo(dead.use().cost());
    assertThat(book.ask(Lane.BULK, 6).granted()).isTrue();
  }

  @Test
  void what_was_lost_is_forgotten_when_a_later_request_shows_the_truth() {
    book.learn(5_000, 2_000, 3_000);
    Book.Reply sent = book.ask(Lane.LIVE);
    book.lose(sent);
    book.finish(sent);
    assertThat(book.state().lost()).isEqualTo(1);

    Book.Reply tooSoon = book.ask(Lane.LIVE);
    book.answerAndFinish(tooSoon, 5_000, 1_999, 3_000);
    assertThat(book.state().lost()).as("the lost one may still be on its way").isEqualTo(1);

    book.pass(16);
    Book.Reply later = book.ask(Lane.LIVE);
    book.answerAndFinish(later, 5_000, 1_998, 2_984);
    assertThat(book.state().lost()).isZero();
    assertThat(book.state().unexplained()).isZero();
  }

  @Test
  void an_answer_renews_the_lease() {
    book.learn(5_000, 4_000, 3_000);
    Book.Reply held = book.ask(Lane.BULK, 3);
    book.pass(50);
    book.answer(held, 5_000, 3_999, 2_950);
    book.pass(50);
    book.ask(Lane.LIVE);

    assertThat(book.state().lost()).isZero();
  }

  @Test
  void what_a_permit_did_not_spend_is_free_again_when_it_ends() {
    book.learn(5_000, 1_010, 3_000);
    Book.Reply held = book.ask(Lane.BULK, 9);
    assertThat(book.ask(Lane.BULK, 9).verdict()).isEqualTo("WAIT");

    book.answerAndFinish(held, 5_000, 1_009, 3_000);

    assertThat(book.ask(Lane.BULK, 9).granted()).isTrue();
  }

  @Test
  void a_further_request_is_granted_above_the_reserve_and_not_below_it() {
    book.learn(5_000, 1_002, 3_000);
    Book.Reply held = book.ask(Lane.BULK);

    assertThat(book.further(held, 1).granted()).isTrue();
    assertThat(book.further(held, 1).verdict()).isEqualTo("WAIT");
  }

  @Test
  void nobody_goes_on_while_the_owner_is_blocked_not_even_with_a_permit() {
    book.learn(5_000, 4_000, 3_000);
    Book.Reply held = book.ask(Lane.LIVE);
    book.answer(held, Book.tooFast(null));

    assertThat(book.further(held, 1).verdict()).isEqualTo("WAIT");
  }

  @Test
  void without_retry_after_each_strike_doubles_the_wait_up_to_a_quarter_of_an_hour() {
    book.learn(5_000, 4_000, 30_000);
    List<Long> waits = new ArrayList<>();
    for (int strike = 0; strike < 5; strike++) {
      Duration wait = strikeAndWait();
      waits.add(wait.toSeconds());
      book.pass(wait);
    }

    assertThat(waits).containsExactly(60L, 120L, 240L, 480L, 900L);
  }

  @Test
  void at_the_sixth_strike_callers_are_refused_until_the_block_is_over() {
    book.learn(5_000, 4_000, 30_000);
    for (int strike = 0; strike < 5; strike++) {
      book.pass(strikeAndWait());
    }
    Book.Reply reply = book.ask(Lane.LIVE);
    book.answer(reply, Book.tooFast(null));
    book.finish(reply);

    assertThat(book.ask(Lane.LIVE).verdict()).isEqualTo("REFUSE");
    assertThat(book.ask(Lane.BULK).reason()).contains("6 in a row");
    book.pass(901);
    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
  }

  @Test
  void ten_clean_minutes_after_a_block_its_strikes_are_forgotten() {
    book.learn(5_000, 4_000, 30_000);
    book.pass(strikeAndWait());
    book.pass(strikeAndWait());
    book.pass(601);

    assertThat(strikeAndWait()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void refusals_of_calls_that_were_on_their_way_are_one_strike() {
    book.learn(5_000, 4_000, 3_000);
    List<Book.Reply> held = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      held.add(book.ask(Lane.LIVE));
    }
    held.forEach(reply -> book.answer(reply, Book.tooFast(null)));

    assertThat(book.ask(Lane.LIVE).reason()).contains("1 in a row");
    assertThat(book.ask(Lane.LIVE).waitFrom(book.now)).isLessThan(Duration.ofSeconds(62));
  }

  private Duration strikeAndWait() {
    Book.Reply reply = book.ask(Lane.LIVE);
    assertThat(reply.granted()).as(reply.reason()).isTrue();
    book.answer(reply, Book.tooFast(null));
    book.finish(reply);
    Duration wait = book.ask(Lane.LIVE).waitFrom(book.now);
    return wait;
  }

  @Test
  void each_lane_holds_so_many_permits_at_a_time_and_bulk_takes_none_of_lives() {
    book.learn(5_000, 4_900, 3_000);
    assertThat(grants(Lane.BULK, 30)).isEqualTo(8);
    assertThat(grants(Lane.LIVE, 30)).isEqualTo(12);
  }

  @Test
  void a_lanes_points_of_a_minute_are_kept_and_bulk_takes_none_of_lives() {
    book.rules = QuotaRules.DEFAULT.withPace(10_000, 10_000, 360);
    book.learn(15_000, 15_000, 3_600);
    int bulk = 0;
    for (int second = 0; second < 60; second++) {
      bulk += grants(Lane.BULK, 20);
      book.pass(1);
    }
    assertThat(bulk).isBetween(330, 361);
    assertThat(grants(Lane.LIVE, 500)).isEqualTo(120);
  }

  @Test
  void writes_are_a_second_apart_and_bounded_by_minute_and_hour() {
    book.rules = QuotaRules.DEFAULT.withPace(10_000, 10_000, 100_000);
    book.learn(15_000, 15_000, 7_200);
    assertThat(book.write(Lane.LIVE).granted()).isTrue();
    Book.Reply second = book.write(Lane.LIVE);
    assertThat(second.waitFrom(book.now)).isEqualTo(Duration.ofSeconds(1));
    assertThat(second.reason()).contains("a write a second");

    int minute = 1;
    for (int i = 0; i < 59; i++) {
      book.pass(1);
      minute += book.write(Lane.LIVE).granted() ? 1 : 0;
    }
    assertThat(minute).isBetween(25, 30);

    int hour = minute;
    for (int i = 0; i < 59 * 12; i++) {
      book.pass(5);
      hour += book.write(Lane.LIVE).granted() ? 1 : 0;
    }
    assertThat(hour).isBetween(190, 200);
  }

  @Test
  void bulk_that_fits_into_no_window_is_refused_and_does_not_wait_for_ever() {
    book.rules = QuotaRules.DEFAULT.withReserve(200);
    book.learn(1_000, 900, 3_000);

    assertThat(book.ask(Lane.BULK, 800).verdict()).isEqualTo("WAIT");
    assertThat(book.ask(Lane.BULK, 801).verdict()).isEqualTo("REFUSE");

    book.pass(3_100);
    Book.Reply later = book.ask(Lane.BULK, 801);
    assertThat(later.verdict()).as("when nobody knows what is left").isEqualTo("REFUSE");
    assertThat(later.reason())
        .contains("801 points never fits: of 1000 a window, 200 are kept for live work");
  }

  @Test
  void live_stops_at_its_floor_and_not_before() {
    book.learn(5_000, 101, 3_000);

    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
    assertThat(book.ask(Lane.LIVE).waitFrom(book.now)).isEqualTo(Duration.ofSeconds(3_002));
  }

  @Test
  void live_is_let_through_while_bulk_finds_out_how_things_stand() {
    assertThat(book.ask(Lane.BULK).granted()).isTrue();
    assertThat(book.ask(Lane.BULK).verdict()).isEqualTo("WAIT");

    assertThat(grants(Lane.LIVE, 3)).isEqualTo(3);
  }

  @Test
  void a_probe_that_dies_is_followed_by_another() {
    assertThat(book.ask(Lane.BULK).granted()).isTrue();
    book.pass(16);

    assertThat(book.ask(Lane.BULK).granted()).isTrue();
  }

  @Test
  void an_api_that_never_tells_is_bounded_by_the_secondary_limits_alone() {
    for (int i = 0; i < 3; i++) {
      Book.Reply reply = book.ask(Lane.BULK);
      assertThat(reply.granted()).isTrue();
      book.answer(reply, QuotaAnswer.silent(1, true));
      book.finish(reply);
      book.pass(16);
    }

    assertThat(grants(Lane.BULK, 30)).isEqualTo(8);
  }

  @Test
  void failures_that_tell_nothing_do_not_make_an_api_one_without_limits() {
    for (int i = 0; i < 5; i++) {
      Book.Reply reply = book.ask(Lane.BULK);
      book.answer(reply, QuotaAnswer.silent(1, false));
      book.finish(reply);
      book.pass(16);
    }

    assertThat(grants(Lane.BULK, 30)).isEqualTo(1);
  }

  @Test
  void a_quota_used_up_by_the_bodys_word_is_used_up_whatever_the_headers_say() {
    book.learn(5_000, 4_000, 3_000);
    Book.Reply reply = book.ask(Lane.LIVE);
    book.answer(
        reply,
        new QuotaAnswer(
            0,
            false,
            new QuotaAnswer.Reading(Book.CORE, 5_000, 5_000, 0, Duration.ofMinutes(50)),
            QuotaAnswer.Limited.PRIMARY,
            null));
    book.finish(reply);

    assertThat(book.ask(Lane.LIVE).verdict()).isEqualTo("WAIT");
    assertThat(book.state().remaining()).isZero();
  }

  @Test
  void a_quota_used_up_by_the_bodys_word_alone_is_used_up_until_the_reset_that_is_known() {
    book.learn(5_000, 4_000, 3_000);
    usedUp(null);

    assertThat(book.ask(Lane.LIVE).waitFrom(book.now)).isEqualTo(Duration.ofSeconds(3_002));
    assertThat(book.ask(Lane.BULK).verdict()).isEqualTo("WAIT");
  }

  @Test
  void a_quota_used_up_of_which_nobody_knows_the_reset_stops_its_owner_for_a_minute() {
    usedUp(null);

    Book.Reply waiting = book.ask(Lane.LIVE);
    assertThat(waiting.waitFrom(book.now)).isEqualTo(Duration.ofMinutes(1));
    assertThat(waiting.reason()).contains("core of owner-").contains("is used up");
    assertThat(book.ask(Lane.BULK).verdict()).isEqualTo("WAIT");

    book.pass(60);
    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
  }

  @Test
  void a_quota_used_up_stops_its_owner_for_as_long_as_the_server_says() {
    book.learn(5_000, 4_000, 10);
    book.pass(13);
    usedUp(Duration.ofMinutes(5));

    assertThat(book.ask(Lane.LIVE).waitFrom(book.now)).isEqualTo(Duration.ofMinutes(5));
  }

  private void usedUp(@Nullable Duration retryAfter) {
    Book.Reply reply = book.ask(Lane.LIVE);
    book.answer(reply, new QuotaAnswer(0, false, null, QuotaAnswer.Limited.PRIMARY, retryAfter));
    book.finish(reply);
  }

  /// A server may tell of more than any window has.
  @Test
  void what_others_spend_beyond_all_measure_slows_bulk_down_until_the_reset() {
    book.learn(5_000, 5_000, 30_000_000);
    Book.Reply reply = book.ask(Lane.LIVE);
    book.answer(reply, Book.reading(5_000, 0, Integer.MAX_VALUE, 30_000_000));
    book.finish(reply);

    assertThat(book.state().remaining()).isZero();
    assertThat(book.state().unexplained()).isGreaterThan(2_000_000_000);
  }

  @Test
  void what_others_spend_is_shown_and_slows_bulk_down() {
    book.rules = PulldasherCasesTest.withoutBurst().withSpread(1);
    book.learn(5_000, 4_000, 3_000);
    Book.Reply reply = book.ask(Lane.BULK);
    book.answerAndFinish(reply, 5_000, 3_899, 3_000);

    assertThat(book.state().unexplained()).isEqualTo(100);
    assertThat(book.ask(Lane.BULK).waitFrom(book.now)).isGreaterThan(Duration.ofMinutes(1));
  }

  @Test
  void those_who_have_waited_go_before_those_who_come() {
    book.rules = PulldasherCasesTest.withoutBurst().withSpread(1);
    book.rules =
        new QuotaRules(1_000, 0.2, 0.02, 8, 0, 1, 3_600, 1_000, 1_000, 100_000, 30, 200, 6, 60);
    book.learn(5_000, 4_000, 3_000);
    while (book.ask(Lane.BULK).granted()) {
      // Until the burst is spent.
    }

    assertThat(book.ask(Lane.BULK).granted()).isFalse();
    assertThat(book.askAgain(Lane.BULK).granted()).isTrue();
  }

  private int grants(Lane lane, int asks) {
    int grants = 0;
    for (int i = 0; i < asks; i++) {
      grants += book.ask(lane).granted() ? 1 : 0;
    }
    return grants;
  }
}
