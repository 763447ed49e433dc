package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.lease.Leases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of the permits of a worker that is taken over: registered, silent and ended as the
/// engine does it.
final class LeftPermitsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration OVER_AT_ONCE = Duration.ofMillis(1);

  private static final AtomicInteger OWNERS = new AtomicInteger();
  private static final TestDatabase database = TestDatabase.create();
  private static final Jdbi jdbi = Jdbi.create(database.dataSource());
  private static final Handle ledger = Book.open(database);

  private final Book book = new Book(ledger, "owner-" + OWNERS.incrementAndGet());
  private final Leases taker = new Leases(jdbi, Book.open(database));
  private final Leases doomed = new Leases(jdbi, Book.open(database));
  private long self;

  @BeforeEach
  void register() {
    self = taker.register(LONG);
  }

  @AfterEach
  void leave() {
    taker.session().close();
    doomed.session().close();
  }

  @AfterAll
  static void close() {
    ledger.close();
    database.close();
  }

  /// All that a lane may hold, in the hands of that worker.
  private List<Book.Reply> fill(Lane lane, long worker) {
    book.worker = worker;
    List<Book.Reply> held = new ArrayList<>();
    Book.Reply next = book.ask(lane);
    while (next.granted()) {
      held.add(next);
      next = book.ask(lane);
    }
    assertThat(next.reason()).contains("calls at a time");
    book.worker = self;
    return held;
  }

  private void takeOver(long worker) {
    await().atMost(PATIENCE).until(() -> taker.takeOver(worker, self).isPresent());
  }

  /// A process that was killed: its session ends, and its worker is taken over for that.
  private void kill(long worker) {
    doomed.session().close();
    takeOver(worker);
  }

  @Test
  void each_lane_goes_on_as_soon_as_the_dead_who_filled_it_is_taken_over() {
    book.learn(5_000, 4_000, 3_000);
    long worker = doomed.register(LONG);
    List<Book.Reply> bulk = fill(Lane.BULK, worker);
    List<Book.Reply> live = fill(Lane.LIVE, worker);
    assertThat(book.ask(Lane.BULK).reason()).contains("8 calls at a time");
    assertThat(book.ask(Lane.LIVE).reason()).contains("12 calls at a time");

    kill(worker);

    assertThat(fill(Lane.BULK, self)).hasSameSizeAs(bulk);
    assertThat(fill(Lane.LIVE, self)).hasSameSizeAs(live);
    assertThat(book.ask(Lane.BULK).reason()).contains("8 calls at a time");
  }

  @Test
  void a_worker_that_only_fell_silent_keeps_its_places() {
    book.learn(5_000, 4_000, 3_000);
    long worker = doomed.register(LONG);
    fill(Lane.LIVE, worker);

    doomed.session().close();

    await().atMost(PATIENCE).until(() -> taker.silent(self).contains(worker));
    assertThat(book.ask(Lane.LIVE).verdict()).isEqualTo("WAIT");
  }

  @Test
  void a_frozen_worker_keeps_its_places_until_its_session_ends() {
    book.learn(5_000, 4_000, 3_000);
    long worker = doomed.register(OVER_AT_ONCE);
    fill(Lane.LIVE, worker);

    takeOver(worker);
    assertThat(book.ask(Lane.LIVE).reason()).contains("12 calls at a time");

    doomed.session().close();
    await().atMost(PATIENCE).until(() -> book.ask(Lane.LIVE).granted());
  }

  @Test
  void a_frozen_worker_keeps_its_places_no_longer_than_its_permits_last() {
    book.learn(5_000, 4_000, 3_000);
    long worker = doomed.register(OVER_AT_ONCE);
    fill(Lane.LIVE, worker);
    takeOver(worker);

    book.pass(61);

    assertThat(book.ask(Lane.LIVE).granted()).isTrue();
  }

  @Test
  void what_the_dead_may_have_spent_stays_charged_and_is_lost_when_its_permit_expires() {
    book.learn(5_000, 1_010, 3_000);
    long worker = doomed.register(LONG);
    book.worker = worker;
    assertThat(book.ask(Lane.BULK, 4).granted()).isTrue();
    book.worker = self;

    kill(worker);

    assertThat(book.ask(Lane.BULK, 7).reason()).as("6 are left").contains("kept for live work");
    assertThat(book.state().bulk()).isEqualTo(4);
    book.pass(61);
    assertThat(book.ask(Lane.BULK, 7).reason()).as("6 are left").contains("kept for live work");
    assertThat(book.state().bulk()).isZero();
    assertThat(book.state().lost()).isEqualTo(4);
    assertThat(book.ask(Lane.BULK, 6).granted()).isTrue();
  }

  @Test
  void what_the_dead_took_of_the_points_and_writes_of_a_minute_is_not_given_back() {
    book.rules = QuotaRules.DEFAULT.withPace(10_000, 10_000, 360);
    book.learn(5_000, 4_000, 3_000);
    long worker = doomed.register(LONG);
    book.worker = worker;
    assertThat(book.write(Lane.LIVE).granted()).isTrue();
    assertThat(book.ask(Lane.LIVE, 114).granted()).as("a third of a minute's points").isTrue();
    book.worker = self;

    kill(worker);

    assertThat(book.ask(Lane.LIVE).reason()).contains("360 points a minute");
    assertThat(book.write(Lane.LIVE).reason()).contains("a write a second");
  }

  @Test
  void a_worker_that_was_taken_over_is_given_nothing_more() {
    book.learn(5_000, 4_000, 3_000);
    long worker = doomed.register(OVER_AT_ONCE);
    book.worker = worker;
    Book.Reply held = book.ask(Lane.LIVE);
    takeOver(worker);

    assertThat(book.ask(Lane.LIVE).reason()).contains("worker " + worker + " has ended");
    assertThat(book.further(held, 1).waitFrom(book.now)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void what_the_dead_finds_out_after_all_is_booked() {
    book.learn(5_000, 4_000, 3_000);
    long worker = doomed.register(LONG);
    Book.Reply held = fill(Lane.LIVE, worker).getFirst();
    kill(worker);

    book.answerAndFinish(held, 5_000, 3_999, 3_000);

    assertThat(book.state().remaining()).isEqualTo(3_999);
    assertThat(book.state().live()).isEqualTo(11);
    assertThat(fill(Lane.LIVE, self)).hasSize(12);
  }
}
