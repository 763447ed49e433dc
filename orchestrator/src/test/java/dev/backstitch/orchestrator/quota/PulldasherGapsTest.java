package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The ten gaps of pulldasher's pacer, closed. The numbers are those of the list in the essay of
/// decision 0014.
final class PulldasherGapsTest {
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
  void gap_1_many_asks_before_any_answer_are_not_all_let_through() {
    List<Book.Reply> granted = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Book.Reply reply = book.ask(Lane.BULK);
      if (reply.granted()) {
        granted.add(reply);
      }
    }

    assertThat(granted).as("one probe").hasSize(1);

    book.answerAndFinish(granted.getFirst(), 5_000, 1_003, 3_000);
    int afterwards = 0;
    for (int i = 0; i < 50; i++) {
      if (book.ask(Lane.BULK).granted()) {
        afterwards++;
      }
    }
    assertThat(afterwards).as("what is above the reserve").isEqualTo(3);
  }

  @Test
  void gap_2_answers_that_overtake_each_other_never_make_the_quota_grow() {
    book.learn(5_000, 4_000, 3_000);
    Book.Reply first = book.ask(Lane.BULK);
    Book.Reply second = book.ask(Lane.BULK);

    book.answerAndFinish(second, 5_000, 3_998, 3_000);
    book.answerAndFinish(first, 5_000, 3_999, 3_000);

    assertThat(book.state().remaining()).isEqualTo(3_998);
  }

  @Test
  void gap_2_what_is_on_its_way_counts_as_spent() {
    book.rules = PulldasherCasesTest.withoutBurst().withSpread(0.001);
    book.learn(5_000, 1_002, 3_000);

    assertThat(book.ask(Lane.BULK).granted()).isTrue();
    book.pass(60);
    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
    assertThat(book.ask(Lane.BULK).verdict()).isEqualTo("WAIT");
  }

  @Test
  void gap_3_after_a_reset_one_finds_out_and_the_others_come_one_by_one() {
    book.learn(5_000, 900, 600);
    Set<Instant> times = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      Book.Reply reply = book.ask(Lane.BULK);
      assertThat(reply.verdict()).isEqualTo("WAIT");
      times.add(Objects.requireNonNull(reply.until()));
    }
    assertThat(times).as("nobody shares a time").hasSize(500);

    book.pass(602);
    int probes = 0;
    for (int i = 0; i < 50; i++) {
      if (book.askAgain(Lane.BULK).granted()) {
        probes++;
      }
    }
    assertThat(probes).isEqualTo(1);
  }

  /// The reader hands in the server's own distance between its clock and the reset, and time passes
  /// on the database's: nothing here ever sees a foreign clock.
  @Test
  void gap_4_a_reset_is_a_distance_on_the_databases_clock() {
    book.learn(5_000, 900, 600);

    assertThat(book.state().resetAt()).isEqualTo(book.now.plusSeconds(600));
    assertThat(book.ask(Lane.BULK).waitFrom(book.now))
        .as("two seconds, not five hundred")
        .isEqualTo(Duration.ofSeconds(602));
  }

  @Test
  void gap_5_retry_after_stops_both_lanes() {
    book.learn(5_000, 4_000, 3_000);
    Book.Reply reply = book.ask(Lane.LIVE);
    book.answer(reply, Book.tooFast(Duration.ofSeconds(7)));
    book.finish(reply);

    assertThat(book.ask(Lane.LIVE).waitFrom(book.now)).isEqualTo(Duration.ofSeconds(7));
    assertThat(book.ask(Lane.BULK).waitFrom(book.now))
        .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(8));

    book.pass(7);
    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
  }

  @Test
  void gap_6_a_new_window_begins_with_a_new_baseline() {
    book.learn(5_000, 2_000, 10);
    book.pass(13);
    Book.Reply probe = book.ask(Lane.BULK);
    book.answerAndFinish(probe, 5_000, 4_999, 3_600);

    assertThat(book.state().remaining()).isEqualTo(4_999);
    assertThat(book.state().unexplained()).isZero();

    // Others spend 40 at once: a delta in the new window, seen and charged.
    Book.Reply next = book.ask(Lane.BULK);
    book.answerAndFinish(next, 5_000, 4_958, 3_600);
    assertThat(book.state().unexplained()).isEqualTo(40);
  }

  @Test
  void gap_7_a_reset_that_jitters_is_one_window() {
    book.learn(5_000, 4_000, 3_000);
    for (int i = 1; i <= 4; i++) {
      Book.Reply reply = book.ask(Lane.LIVE);
      book.answerAndFinish(reply, 5_000, 4_000 - i, i % 2 == 0 ? 3_001 : 2_999);
    }
    Book.Reply late = book.ask(Lane.LIVE);
    book.answerAndFinish(late, 5_000, 3_999, 3_001);

    assertThat(book.state().remaining()).isEqualTo(3_996);
    assertThat(book.state().unexplained()).isZero();
  }

  /// A reserve of 1,000 would be all of it.
  @Test
  void gap_8_a_small_quota_keeps_a_share_and_not_everything() {
    book.learn(1_000, 1_000, 3_600);

    assertThat(book.ask(Lane.BULK).granted()).isTrue();
    assertThat(book.state().reserve()).isEqualTo(200);

    book.learn(1_000, 200, 3_600);
    assertThat(book.ask(Lane.BULK).verdict()).isEqualTo("WAIT");
  }

  @Test
  void gap_9_a_small_job_is_not_slowed_down_but_a_large_one_is_spread() {
    book.rules = QuotaRules.DEFAULT.withPace(1_000, 1_000, 100_000);
    book.learn(5_000, 5_000, 3_600);
    int atOnce = 0;
    while (book.ask(Lane.BULK).granted()) {
      atOnce++;
    }

    assertThat(atOnce).as("a burst of 5 % of 4,000").isBetween(185, 210);
  }

  /// The reader gives no reading for a 401, whose quota is everybody's without a token.
  @Test
  void gap_10_an_answer_without_a_reading_poisons_nothing() {
    book.learn(5_000, 4_000, 3_000);
    Book.Reply reply = book.ask(Lane.BULK);

    book.answer(reply, QuotaAnswer.silent(0, false));
    book.finish(reply);

    assertThat(book.state().perWindow()).isEqualTo(5_000);
    assertThat(book.state().remaining()).isEqualTo(4_000);
  }

  /// Below the list: `used` counts everybody, and each of pulldasher's processes charges it to
  /// itself.
  @Test
  void several_workers_pay_for_a_call_once() {
    book.learn(5_000, 4_000, 3_000);
    for (int i = 1; i <= 10; i++) {
      Book.Reply mine = book.ask(Lane.BULK);
      Book.Reply theirs = book.ask(Lane.BULK);
      book.answerAndFinish(theirs, 5_000, 4_000 - 2 * i, 3_000);
      book.answerAndFinish(mine, 5_000, 4_001 - 2 * i, 3_000);
    }

    assertThat(book.state().unexplained()).isZero();
    assertThat(book.state().remaining()).isEqualTo(3_980);
  }
}
