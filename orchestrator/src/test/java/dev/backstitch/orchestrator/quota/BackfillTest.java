package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a backfill ends that meets a reset, and how often its calls are told to wait, by the
/// ledger's own functions: the plan of `bench quota`, and a tenth of it, with nothing real about it
/// but them, so that no machine is too slow.
///
/// By the formula of decision 0014 the 280 calls that are left at the reset, of 400 points above
/// the reserve, take 0.26 of a window, and 0.29 with 120 live calls beside them.
final class BackfillTest {
  private static final Duration ANSWER = Duration.ofMillis(200);

  private record Happening(Instant at, long order, Runnable what) {}

  /// The ledger, what happens next, and GitHub's own book.
  private static final class Play {
    final Book book;
    final Duration window;
    final int limit;
    final Random chance = new Random(5);
    final PriorityQueue<Happening> ahead =
        new PriorityQueue<>(
            Comparator.comparing(Happening::at).thenComparingLong(Happening::order));

    /// The bulk calls by their numbers, in the order in which they were answered.
    final List<Integer> done = new ArrayList<>();

    final Map<Integer, Integer> waits = new HashMap<>();
    long order;
    int remaining;
    Instant reset;
    int liveWaits;
    int least;

    /// The most times that a bulk call may wait.
    int mostWaits = 5;

    /// @param limit of a window; a fifth of it is the reserve, and a little more than that is left
    Play(Book book, Duration window, int limit) {
      this.book = book;
      this.window = window;
      this.limit = limit;
      least = limit;
      remaining = limit * 24 / 100;
      book.rules =
          QuotaRules.DEFAULT.withReserve(reserve()).withWindow((double) window.toSeconds());
      reset = book.now.plus(window.dividedBy(8));
      book.learn(limit, remaining, (double) window.dividedBy(8).toSeconds());
    }

    int reserve() {
      return limit / 5;
    }

    void at(Instant time, Runnable what) {
      ahead.add(new Happening(time, order++, what));
    }

    /// So many come, one after the other.
    ///
    /// @param first the number of the first
    void come(Instant from, int first, int count) {
      for (int i = 0; i < count; i++) {
        int call = first + i;
        at(from.plusMillis(i), () -> askBulk(call, false));
      }
    }

    void live(Duration apart) {
      askLive(false);
      at(book.now.plus(apart), () -> live(apart));
    }

    void playUntilDone(int calls) {
      while (done.size() < calls) {
        Happening next = ahead.remove();
        book.now = next.at();
        next.what().run();
      }
    }

    private void askBulk(int call, boolean waited) {
      ask(
          book.use(Lane.BULK, 1, 0),
          waited,
          () -> {
            done.add(call);
            least = Math.min(least, remaining);
          },
          () -> {
            int times = waits.merge(call, 1, Integer::sum);
            assertThat(times).as("waits of call %s", call).isLessThanOrEqualTo(mostWaits);
            askBulk(call, true);
          });
    }

    /// A live write that may wait so many times at the most.
    void write(int call, int most, boolean waited) {
      ask(
          book.use(Lane.LIVE, 1, 1),
          waited,
          () -> done.add(call),
          () -> {
            int times = waits.merge(call, 1, Integer::sum);
            assertThat(times).as("waits of write %s", call).isLessThanOrEqualTo(most);
            write(call, most, true);
          });
    }

    private void askLive(boolean waited) {
      ask(
          book.use(Lane.LIVE, 1, 0),
          waited,
          () -> {},
          () -> {
            liveWaits++;
            askLive(true);
          });
    }

    private void ask(QuotaUse use, boolean waited, Runnable answered, Runnable again) {
      book.random = chance.nextDouble();
      Book.Reply reply = book.ask(use, waited);
      if (reply.granted()) {
        at(
            book.now.plus(ANSWER),
            () -> {
              answer(reply);
              answered.run();
            });
        return;
      }
      assertThat(reply.verdict()).as(reply.reason()).isEqualTo("WAIT");
      at(book.now.plus(reply.waitFrom(book.now)), again);
    }

    private void answer(Book.Reply reply) {
      if (!book.now.isBefore(reset)) {
        remaining = limit;
        reset = book.now.plus(window);
      }
      remaining--;
      double resetIn = Duration.between(book.now, reset).toMillis() / 1e3;
      book.answerAndFinish(reply, limit, remaining, resetIn);
    }

    double waitsPerCall() {
      return waits.values().stream().mapToInt(Integer::intValue).sum() / (double) done.size();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // As in life.
    "3600, 500, 0.20, 0.32",
    // As `bench quota` plays it: those that waited for the reset come back 50 ms apart, which is
    // never the bound in life. Here 280 of them take 14 of 24 seconds, behind a margin of two.
    "24, 500, 0.58, 0.75",
    // As large as in life: what it costs to wait must not grow with those that do.
    "3600, 5000, 0.20, 0.32"
  })
  void a_backfill_that_meets_a_reset_is_done_a_third_into_the_window(
      int windowSeconds, int limit, double from, double to) {
    try (TestDatabase database = TestDatabase.create();
        Handle handle = Book.open(database)) {
      Play play = new Play(new Book(handle, "owner"), Duration.ofSeconds(windowSeconds), limit);
      Instant reset = play.reset;
      int heads = limit * 3 / 5;

      play.come(play.book.now, 0, heads);
      play.live(play.window.dividedBy(limit * 6 / 25));
      play.playUntilDone(heads);

      Duration afterReset = Duration.between(reset, play.book.now);
      assertThat(afterReset.toMillis() / 1e3 / windowSeconds).isBetween(from, to);
      assertThat(play.least).isGreaterThanOrEqualTo(play.reserve());
      assertThat(play.liveWaits).isZero();
      assertThat(play.waitsPerCall()).as("waits for each call").isLessThan(2.2);
    }
  }

  /// A window has 400 points above the reserve. Bulk takes most of them in its first half, before
  /// live work does, so 1,200 calls meet four resets, each with a line that is longer than a
  /// window.
  @Test
  void a_backfill_of_many_windows_spends_each_and_no_call_waits_for_ever() {
    try (TestDatabase database = TestDatabase.create();
        Handle handle = Book.open(database)) {
      Play play = new Play(new Book(handle, "owner"), Duration.ofHours(1), 500);
      Instant reset = play.reset;
      play.mostWaits = 15;

      play.come(play.book.now, 0, 1_200);
      play.live(play.window.dividedBy(120));
      play.playUntilDone(1_200);

      Duration afterReset = Duration.between(reset, play.book.now);
      assertThat(afterReset.toSeconds() / 3600.0).as("windows").isBetween(2.8, 3.4);
      assertThat(play.least).isGreaterThanOrEqualTo(play.reserve());
      assertThat(play.liveWaits).isZero();
      assertThat(play.waitsPerCall()).as("waits for each call").isLessThan(4);
    }
  }

  /// The line is as fast as writes may be sent. If it were faster, each would come too early as
  /// often as there are writes before it.
  @ParameterizedTest
  @CsvSource({"100, 1.5, 4", "400, 3, 12"})
  void writes_that_are_asked_for_at_once_wait_a_few_times_each(
      int writes, double average, int most) {
    try (TestDatabase database = TestDatabase.create();
        Handle handle = Book.open(database)) {
      Play play = new Play(new Book(handle, "owner"), Duration.ofHours(1), 5_000);

      for (int i = 0; i < writes; i++) {
        int call = i;
        play.at(play.book.now.plusMillis(i), () -> play.write(call, most, false));
      }
      play.playUntilDone(writes);

      assertThat(play.waitsPerCall()).as("waits for each write").isLessThan(average);
    }
  }

  @Test
  void those_who_waited_first_go_first() {
    try (TestDatabase database = TestDatabase.create();
        Handle handle = Book.open(database)) {
      Play play = new Play(new Book(handle, "owner"), Duration.ofHours(1), 500);

      play.come(play.book.now, 0, 150);
      play.come(play.book.now.plusSeconds(60), 150, 100);
      play.come(play.reset.plusSeconds(60), 250, 50);
      play.live(Duration.ofSeconds(30));
      play.playUntilDone(300);

      assertThat(among(play.done.subList(0, 150), 0, 150))
          .as("of the first 150")
          .isGreaterThan(135);
      assertThat(among(play.done.subList(0, 250), 0, 250))
          .as("of those that came before the reset")
          .isGreaterThan(235);
    }
  }

  /// How many of the calls have these numbers.
  private static long among(List<Integer> calls, int from, int to) {
    return calls.stream().filter(call -> call >= from && call < to).count();
  }
}
