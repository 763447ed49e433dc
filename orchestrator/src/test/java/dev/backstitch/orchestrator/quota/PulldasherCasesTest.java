package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What pulldasher's pacer promises in its own tests (iFixit/pulldasher#473), asked of the ledger.
/// Where it is meant to do better, the test says so.
final class PulldasherCasesTest {
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
  void with_an_unknown_quota_the_first_call_goes_at_once() {
    assertThat(book.ask(Lane.BULK).granted()).isTrue();
  }

  @Test
  void when_the_reset_has_passed_an_empty_quota_holds_nobody_back() {
    book.learn(5_000, 0, 60);
    book.pass(70);

    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
    assertThat(book.ask(Lane.BULK).granted()).isTrue();
  }

  @Test
  void below_the_reserve_bulk_waits_for_the_reset() {
    book.learn(5_000, 500, 600);

    Book.Reply reply = book.ask(Lane.BULK);

    assertThat(reply.verdict()).isEqualTo("WAIT");
    assertThat(reply.waitFrom(book.now)).isEqualTo(Duration.ofSeconds(602));
    assertThat(reply.reason()).contains("500 of 5000 left").contains("1000 are kept");
  }

  /// Theirs records the `used` of the first gate and lets it go.
  @Test
  void the_first_call_of_a_known_quota_never_waits() {
    book.learn(5_000, 4_000, 3_000);

    assertThat(book.ask(Lane.BULK).granted()).isTrue();
  }

  @Test
  void one_call_costs_one_interval_and_eight_calls_cost_eight() {
    // 3,000 s for 3,000 points above the reserve: a second each. No burst, so that every call
    // counts.
    book.rules = withoutBurst().withSpread(1);
    book.learn(5_000, 4_000, 3_000);

    Book.Reply one = book.ask(Lane.BULK, 1);
    Book.Reply next = book.ask(Lane.BULK, 1);
    assertThat(one.granted()).isTrue();
    assertThat(next.waitFrom(book.now)).isEqualTo(Duration.ofSeconds(1));

    book.pass(next.waitFrom(book.now));
    Book.Reply eight = book.ask(Lane.BULK, 8);
    Book.Reply after = book.ask(Lane.BULK, 1);
    assertThat(eight.granted()).isTrue();
    assertThat(after.waitFrom(book.now)).isCloseTo(Duration.ofSeconds(8), Duration.ofMillis(50));
  }

  /// Their pacer for live work does nothing at all, even without any state.
  @Test
  void live_work_is_let_through_whether_the_quota_is_known_or_below_the_reserve() {
    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
    book.learn(5_000, 500, 600);

    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
  }

  @Test
  void calls_without_a_burst_left_are_apart_by_their_interval() {
    book.rules = withoutBurst().withSpread(1);
    book.learn(5_000, 1_100, 8);

    book.ask(Lane.BULK);
    Book.Reply second = book.ask(Lane.BULK);

    assertThat(second.waitFrom(book.now)).isCloseTo(Duration.ofMillis(80), Duration.ofMillis(2));
  }

  @Test
  void the_quota_of_another_resource_changes_nothing() {
    book.learn(5_000, 4_000, 3_000);
    Book.Reply reply = book.ask(Lane.LIVE);
    book.answer(
        reply,
        new QuotaAnswer(
            1,
            true,
            new QuotaAnswer.Reading("graphql", 5_000, 0, 5_000, Duration.ofMinutes(50)),
            null,
            null));
    book.finish(reply);

    assertThat(book.ask(Lane.BULK).granted()).isTrue();
    assertThat(book.state().perWindow()).isEqualTo(5_000);
  }

  static QuotaRules withoutBurst() {
    return new QuotaRules(
        1_000, 0.2, 0.02, 0, 0, 0.25, 3_600, 1_000, 1_000, 100_000, 30, 200, 6, 60);
  }
}
