package dev.backstitch.orchestrator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/// Several processes with ledgers of their own on one database, by its real clock.
final class LedgerTest {
  private static final QuotaRules RULES =
      QuotaRules.DEFAULT.withPace(1_000, 1_000, 1_000_000).withLease(30);
  private static final QuotaUse BULK = QuotaUse.read("octocat", "core", Lane.BULK, RULES);
  private static final QuotaUse LIVE = QuotaUse.read("octocat", "core", Lane.LIVE, RULES);

  private static QuotaLedger ledger(TestDatabase database) {
    return new QuotaLedger(Jdbi.create(database.dataSource()), InstantSource.system());
  }

  private static List<Admission> together(List<Callable<Admission>> asks) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Admission>> futures = threads.invokeAll(asks);
      return futures.stream().map(Future::resultNow).toList();
    }
  }

  private static Stream<Callable<Admission>> asks(QuotaLedger ledger, int count) {
    return IntStream.range(0, count).mapToObj(_ -> () -> ledger.ask(BULK, "test", false));
  }

  @Test
  void three_workers_after_a_reset_send_one_probe_between_them() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      List<QuotaLedger> workers = List.of(ledger(database), ledger(database), ledger(database));

      List<Admission> first =
          together(workers.stream().flatMap(worker -> asks(worker, 40)).toList());

      assertThat(granted(first)).hasSize(1);
      assertThat(first).hasSize(120);
    }
  }

  @Test
  void three_workers_share_what_is_above_the_reserve_and_give_each_a_time_of_its_own()
      throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      List<QuotaLedger> workers = List.of(ledger(database), ledger(database), ledger(database));
      learn(workers.getFirst(), 1_015);

      List<Admission> all = together(workers.stream().flatMap(worker -> asks(worker, 40)).toList());

      assertThat(granted(all)).hasSize(15);
      Set<Instant> times = new HashSet<>();
      for (Admission admission : all) {
        if (admission instanceof Admission.Wait(Instant until, String _)) {
          times.add(until);
        }
      }
      assertThat(times).as("times to come back").hasSize(105);
    }
  }

  @Test
  void asks_that_come_together_share_a_round_trip() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      AtomicInteger connections = new AtomicInteger();
      Jdbi counting =
          Jdbi.create(() -> {
            connections.incrementAndGet();
            return database.dataSource().getConnection();
          });
      QuotaLedger ledger = new QuotaLedger(counting, InstantSource.system());
      learn(ledger, 5_000);
      connections.set(0);

      assertThat(granted(together(asks(ledger, 200).toList()))).isNotEmpty();

      assertThat(connections.get()).isBetween(1, 100);
    }
  }

  @Test
  void a_database_that_does_not_answer_is_a_short_wait() {
    Jdbi nowhere = Jdbi.create("jdbc:postgresql://127.0.0.1:1/none?loginTimeout=1");
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    QuotaLedger ledger = new QuotaLedger(nowhere, InstantSource.fixed(now));

    assertThat(ledger.ask(LIVE, "test", false))
        .isInstanceOfSatisfying(
            Admission.Wait.class,
            wait -> {
              assertThat(wait.until()).isEqualTo(now.plusSeconds(1));
              assertThat(wait.reason()).contains("can't be reached");
            });
  }

  @Test
  void a_request_beyond_what_was_granted_asks_again_and_waits_if_it_must() {
    try (TestDatabase database = TestDatabase.create()) {
      QuotaLedger ledger = ledger(database);
      learn(ledger, 1_002);
      Admission.Granted granted = (Admission.Granted) ledger.ask(BULK, "test", false);
      try (Permit permit = granted.permit()) {
        permit.spend("core", 1, 0);
        permit.spend("core", 1, 0);

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> permit.spend("core", 1, 0))
            .isInstanceOfSatisfying(
                QuotaWaitException.class,
                wait -> assertThat(wait.until()).isAfter(Instant.now().plusSeconds(600)))
            .hasMessageContaining("1000 are kept");
        permit.spend("search", 1, 0);
      }
      assertThat(states(database)).allSatisfy(state -> assertThat(state.bulk()).isZero());
    }
  }

  @Test
  void an_answer_from_another_resource_is_booked_there() {
    try (TestDatabase database = TestDatabase.create()) {
      QuotaLedger ledger = ledger(database);
      Admission.Granted granted = (Admission.Granted) ledger.ask(LIVE, "test", false);
      try (Permit permit = granted.permit()) {
        permit.spend("core", 1, 0);
        permit.answered("core", 1, reading("search", 30, 29));
      }

      assertThat(states(database).stream().map(QuotaState::resource))
          .containsExactly("core", "search");
      assertThat(states(database).getFirst().perWindow()).isNull();
      assertThat(states(database).getLast().remaining()).isEqualTo(29);
    }
  }

  /// All messages of an exchange are one transaction: what one reader tells wrongly must not cost
  /// what others have told.
  @Test
  void a_reading_out_of_range_loses_nothing_that_was_told_with_it() {
    try (TestDatabase database = TestDatabase.create()) {
      QuotaLedger ledger = ledger(database);
      Admission.Granted odd = (Admission.Granted) ledger.ask(LIVE, "test", false);
      Admission.Granted other = (Admission.Granted) ledger.ask(LIVE, "test", false);
      other.permit().answered("core", 1, reading("search", 30, 29));
      odd.permit().answered("core", 1, reading(" ", 100, 150));
      odd.permit().answered("core", 1, reading("long".repeat(40), -1, -1));
      odd.permit().close();
      other.permit().close();

      assertThat(states(database).stream().map(QuotaState::resource))
          .containsExactly("core", "search");
      assertThat(states(database)).allSatisfy(state -> assertThat(state.live()).isZero());
      assertThat(states(database).getLast().remaining()).isEqualTo(29);
    }
  }

  @Test
  void a_reading_is_brought_into_its_range() {
    assertThat(new QuotaAnswer.Reading("core", -1, -2, -3, Duration.ofSeconds(Long.MAX_VALUE)))
        .isEqualTo(new QuotaAnswer.Reading("core", 0, 0, 0, Duration.ofDays(366)));
    assertThat(new QuotaAnswer.Reading("core", 1, 1, 0, Duration.ofSeconds(-1)).untilReset())
        .isEqualTo(Duration.ZERO);
  }

  private static List<QuotaState> states(TestDatabase database) {
    return Jdbi.create(database.dataSource()).withHandle(handle -> QuotaStore.read(handle, 10));
  }

  private static void learn(QuotaLedger ledger, int remaining) {
    Admission.Granted granted = (Admission.Granted) ledger.ask(LIVE, "test", false);
    try (Permit permit = granted.permit()) {
      permit.spend("core", 1, 0);
      permit.answered("core", 1, reading("core", 5_000, remaining));
    }
  }

  private static QuotaAnswer reading(String resource, int limit, int remaining) {
    return new QuotaAnswer(
        1,
        true,
        new QuotaAnswer.Reading(
            resource, limit, remaining, limit - remaining, Duration.ofMinutes(30)),
        null,
        null);
  }

  private static List<Permit> granted(List<Admission> admissions) {
    return admissions.stream()
        .map(admission -> admission instanceof Admission.Granted(Permit permit) ? permit : null)
        .filter(Objects::nonNull)
        .toList();
  }
}
