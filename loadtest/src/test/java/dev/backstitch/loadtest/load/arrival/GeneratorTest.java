package dev.backstitch.loadtest.load.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What operations are charged for, and that every generation ends.
final class GeneratorTest {
  private static final long MILLI = 1_000_000;

  private final FakePace pace = new FakePace();
  private final Halt halt = new Halt();
  private final Tally tally = new Tally();

  /// Time that passes only when somebody waits or works.
  private static final class FakePace implements Pace {
    private long now = 5_000;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void towards(long nanos) {
      now = Math.max(now, nanos);
    }
  }

  private static Terms open(double rate, long most, Duration longest) {
    return new Terms(OptionalDouble.of(rate), 1, most, longest, 7);
  }

  private static Terms closed(int inFlight, long most, Duration longest) {
    return new Terms(OptionalDouble.empty(), inFlight, most, longest, 7);
  }

  @Test
  void a_stalled_system_is_charged_the_waiting_of_everything_that_was_wished_for()
      throws InterruptedException {
    // One second of stall in ten, at a hundred a second, everything else is over at once.
    Operation stallsOnce =
        number -> {
          if (number == 0) {
            pace.now += 1_000 * MILLI;
          }
        };

    new Generator(pace, Runnable::run, halt)
        .generate(open(100, 1_000_000, Duration.ofSeconds(10)), stallsOnce, tally);

    Latency latency = tally.latency();
    assertThat(latency.count()).isBetween(850L, 1_150L);
    assertThat(latency.maxMillis()).isCloseTo(1_000, within(1.5));
    // A tenth of all was wished for during the stall and waited half of it on average; a generator
    // that waits for its answer would have seen one slow operation in a thousand.
    assertThat(latency.p50Millis()).isZero();
    assertThat(latency.p99Millis()).isGreaterThan(700);
    assertThat(latency.meanMillis()).isCloseTo(50, within(15.0));
  }

  @Test
  void a_closed_loop_counts_from_when_each_client_asks() throws InterruptedException {
    new Generator(pace, Runnable::run, halt)
        .generate(
            closed(1, 10, Duration.ofMinutes(1)),
            number -> pace.now += (number + 1) * MILLI,
            tally);

    assertThat(tally.done()).isEqualTo(10);
    assertThat(tally.latency().maxMillis()).isCloseTo(10, within(0.01));
    assertThat(tally.latency().p50Millis()).isCloseTo(5, within(0.01));
  }

  @Test
  void an_open_loop_ends_by_its_time_whatever_the_rate_asks_for() throws InterruptedException {
    Duration took =
        new Generator(pace, Runnable::run, halt)
            .generate(open(1_000, 1_000_000, Duration.ofSeconds(1)), _ -> {}, tally);

    assertThat(tally.done()).isBetween(850L, 1_150L);
    assertThat(took).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void a_generation_ends_by_its_number() throws InterruptedException {
    new Generator(pace, Runnable::run, halt)
        .generate(open(1_000, 17, Duration.ofSeconds(10)), _ -> {}, tally);

    assertThat(tally.done()).isEqualTo(17);
  }

  @Test
  void so_many_clients_of_a_closed_loop_work_at_the_same_time_and_no_more()
      throws InterruptedException {
    AtomicInteger together = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier allHere = new CyclicBarrier(4);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      new Generator(threads, halt)
          .generate(
              closed(4, 200, Duration.ofMinutes(1)),
              _ -> {
                most.accumulateAndGet(together.incrementAndGet(), Math::max);
                allHere.await(10, TimeUnit.SECONDS);
                together.decrementAndGet();
              },
              tally);
    }

    assertThat(tally.done()).isEqualTo(200);
    assertThat(most.get()).isEqualTo(4);
  }

  @Test
  void whoever_wants_it_to_end_gets_an_end_with_what_was_done() throws InterruptedException {
    new Generator(pace, Runnable::run, halt)
        .generate(
            open(1_000, 1_000_000, Duration.ofHours(1)),
            number -> {
              if (number == 41) {
                halt.request("enough");
                halt.request("too late to be the reason");
              }
            },
            tally);

    assertThat(tally.done()).isEqualTo(42);
    assertThat(tally.inFlight()).isZero();
    assertThat(halt.reason()).contains("enough");
  }

  @Test
  void a_failure_is_counted_without_a_latency_and_too_many_end_it() throws InterruptedException {
    new Generator(pace, Runnable::run, halt)
        .generate(
            closed(1, 1_000_000, Duration.ofHours(1)),
            number -> {
              if (number % 2 == 1) {
                throw new IllegalStateException("number " + number);
              }
            },
            tally);

    assertThat(tally.failed()).isEqualTo(Generator.MOST_FAILURES);
    assertThat(tally.done()).isEqualTo(tally.latency().count()).isEqualTo(100);
    assertThat(tally.failures()).hasSize(10).first().asString().contains("number 1");
  }

  @Test
  void the_times_of_an_open_loop_follow_from_the_seed_and_have_the_rate() {
    long[] times = times(7);

    assertThat(times).isEqualTo(times(7)).isNotEqualTo(times(8)).isSorted();
    // Poisson: the standard deviation of the count is its root.
    assertThat(times[9_999] / 1e9).isCloseTo(100, within(4.0));
    assertThat(Arrays.stream(times).filter(time -> time < 50e9).count()).isBetween(4_700L, 5_300L);
  }

  private static long[] times(long seed) {
    Schedule schedule = new Schedule(100, seed);
    return LongStream.generate(schedule::nextNanos).limit(10_000).toArray();
  }

  @Test
  void a_latency_row_tells_what_share_was_not_above_each_value() {
    LongStream.rangeClosed(1, 1_000).forEach(milli -> tally.charge(milli * MILLI));

    Latency row = tally.latency();

    assertThat(row.count()).isEqualTo(1_000);
    assertThat(row.meanMillis()).isCloseTo(500.5, within(0.5));
    assertThat(row.p50Millis()).isCloseTo(500, within(0.5));
    assertThat(row.p90Millis()).isCloseTo(900, within(1.0));
    assertThat(row.p99Millis()).isCloseTo(990, within(1.0));
    assertThat(row.p999Millis()).isCloseTo(999, within(1.0));
    assertThat(row.maxMillis()).isCloseTo(1_000, within(1.0));
    assertThat(new Tally().latency()).isEqualTo(new Latency(0, 0, 0, 0, 0, 0, 0));
  }
}
