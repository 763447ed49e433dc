package dev.backstitch.loadtest.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.io.IOException;
import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
final class MeterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Takes well over a tenth of a second, and writes nothing.
  private static final String BUSY = "select count(*) from generate_series(1, 2000000)";

  /// Has a session tell its counts at once, before it is ready for the next statement.
  private static final String TELL = "select pg_stat_force_next_flush()";

  @Test
  void rows_transactions_and_log_are_those_of_the_work_in_between() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      execute(
          database,
          "create table piece (number integer, text text) with (autovacuum_enabled = false)",
          TELL);
      Meter meter = Meter.inProcess(database.dataSource());

      Reading before = meter.read();
      execute(
          database,
          "insert into piece select n, repeat('x', 200) from generate_series(1, 1000) n",
          "update piece set number = number + 1 where number <= 10",
          "delete from piece where number > 900",
          TELL);
      Cost cost = before.until(meter.read());

      assertThat(cost.rows()).isEqualTo(new Rows(1_000, 10, 100));
      assertThat(cost.writers()).isBetween(3L, 100L);
      assertThat(cost.transactions()).isGreaterThanOrEqualTo(3);
      assertThat(cost.walBytesPer(1_000)).isBetween(200.0, 1_000.0);
      // What was deleted still lies there.
      assertThat(cost.storedBytes() / 1_000).isBetween(200L, 1_000L);
    }
  }

  @Test
  void the_databases_time_holds_a_session_that_has_ended() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      Meter meter = Meter.inProcess(database.dataSource());

      Reading before = meter.read();
      execute(database, BUSY);

      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(before.until(meter.read()).database())
                  .hasValueSatisfying(
                      time -> assertThat(time).isGreaterThanOrEqualTo(Duration.ofMillis(50))));
    }
  }

  @Test
  void the_databases_time_holds_a_session_that_goes_on() throws SQLException {
    try (TestDatabase database = TestDatabase.create();
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      Meter meter = Meter.of(connection, List.of(ProcessHandle.current().pid()));

      Reading before = meter.read();
      statement.execute(BUSY);
      Cost cost = before.until(meter.read());

      assertThat(cost.database())
          .hasValueSatisfying(
              time -> assertThat(time).isGreaterThanOrEqualTo(Duration.ofMillis(50)));
      assertThat(cost.databaseMicrosPer(1)).isGreaterThanOrEqualTo(50_000);
    }
  }

  @Test
  void the_time_of_another_process_holds_what_it_started() throws IOException {
    try (TestDatabase database = TestDatabase.create()) {
      Process engine =
          new ProcessBuilder("sh", "-c", "(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done); cat")
              .start();
      try {
        Meter meter = Meter.of(database.dataSource(), List.of(engine.pid()));

        await()
            .atMost(PATIENCE)
            .untilAsserted(() ->
                assertThat(ProcessorTime.of(engine.pid()))
                    .map(ProcessorTime::ofEnded)
                    .hasValueSatisfying(time -> assertThat(time).isPositive()));

        assertThat(ProcessorTime.ofFamily(engine.pid(), Set.of()))
            .isGreaterThanOrEqualTo(Duration.ofMillis(10));
        assertThat(meter.read().until(meter.read()).engine()).isLessThan(Duration.ofMillis(100));
      } finally {
        engine.destroy();
      }
    }
  }

  @Test
  void processor_time_is_told_more_finely_than_in_hundredths_of_a_second() {
    Duration first = ownTime();

    Duration next = ownTime();
    while (next.equals(first)) {
      next = ownTime();
    }

    assertThat(next.minus(first)).isPositive().isLessThan(Duration.ofMillis(10));
  }

  private static Duration ownTime() {
    return ProcessorTime.of(ProcessHandle.current().pid()).orElseThrow().own();
  }

  @Test
  void a_process_that_is_gone_has_used_nothing_since() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();

    assertThat(ProcessorTime.of(process.pid())).isEmpty();
    assertThat(ProcessorTime.ofFamily(process.pid(), Set.of())).isEqualTo(Duration.ZERO);
  }

  @Test
  void a_programs_name_may_look_like_anything() {
    String stat = "42 (a) R (b 7) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 30 20 20 0 1 0 1 1 1 1";

    assertThat(ProcessorTime.parse(stat))
        .isEqualTo(new ProcessorTime(Duration.ofMillis(2_000), Duration.ofMillis(500)));
  }

  @Test
  void a_cost_is_divided_by_its_pieces() {
    Cost cost =
        new Cost(
            Duration.ofSeconds(2),
            Duration.ofMillis(300),
            Optional.of(Duration.ofMillis(700)),
            5_000,
            4,
            6,
            new Rows(20, 10, 0),
            3_000);

    assertThat(cost.processors()).isEqualTo(Duration.ofSeconds(1));
    assertThat(cost.cpuMicrosPer(1_000)).isEqualTo(1_000.0);
    assertThat(cost.engineMicrosPer(1_000)).isEqualTo(300.0);
    assertThat(cost.databaseMicrosPer(1_000)).isEqualTo(700.0);
    assertThat(cost.walBytesPer(10)).isEqualTo(500.0);
    assertThat(cost.perSecond(1_000)).isEqualTo(500.0);
    assertThatThrownBy(() -> cost.cpuMicrosPer(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_heap_after_a_collection_holds_what_is_referred_to() {
    long before = Heap.usedBytesAfterCollection();
    byte[] held = new byte[50_000_000];
    try {
      assertThat(Heap.usedBytesAfterCollection() - before).isGreaterThan(40_000_000);
    } finally {
      Reference.reachabilityFence(held);
    }
  }

  private static void execute(TestDatabase database, String... statements) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
