package dev.backstitch.orchestrator.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The database's time between two readings of it.
final class DatabaseClockTest {
  private final AtomicLong nanos = new AtomicLong(7_000);
  private final DatabaseClock clock =
      new DatabaseClock(Instant.parse("1969-12-31T23:59:59.999998Z"), nanos::get);

  @Test
  void time_goes_on_from_a_reading_in_whole_microseconds() {
    nanos.addAndGet(3_999);

    assertThat(clock.instant()).isEqualTo("1970-01-01T00:00:00.000001Z");
  }

  @Test
  void a_later_reading_takes_the_place_of_the_one_before() {
    clock.anchor(Instant.parse("2026-11-22T10:00:00Z"));
    nanos.addAndGet(2_000_000_000);

    assertThat(clock.instant()).isEqualTo("2026-11-22T10:00:02Z");
  }

  @Test
  void a_reading_from_the_past_stops_the_clock_and_does_not_turn_it_back() {
    clock.anchor(Instant.parse("2026-11-22T10:00:05Z"));
    Instant before = clock.instant();
    clock.anchor(Instant.parse("2026-11-22T10:00:00Z"));

    assertThat(clock.instant()).isEqualTo(before);
    nanos.addAndGet(4_000_000_000L);
    assertThat(clock.instant()).isEqualTo(before);
    nanos.addAndGet(2_000_000_000L);
    assertThat(clock.instant()).isEqualTo("2026-11-22T10:00:06Z");
  }

  @Test
  void nobody_sees_it_go_back_while_others_read_and_set_it() throws Exception {
    DatabaseClock shared = new DatabaseClock(Instant.parse("2026-11-22T10:00:00Z"));
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
      List<Future<Boolean>> readers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Callable<Boolean> reader = () -> neverGoesBack(shared);
        readers.add(threads.submit(reader));
      }
      for (int i = 0; i < 200; i++) {
        shared.anchor(Instant.parse("2026-11-22T10:00:00Z").plusMillis(i % 7));
      }
      for (Future<Boolean> reader : readers) {
        assertThat(reader.get()).isTrue();
      }
    }
  }

  private static boolean neverGoesBack(DatabaseClock shared) {
    Instant last = Instant.MIN;
    for (int i = 0; i < 20_000; i++) {
      Instant now = shared.instant();
      if (now.isBefore(last)) {
        return false;
      }
      last = now;
    }
    return true;
  }
}
