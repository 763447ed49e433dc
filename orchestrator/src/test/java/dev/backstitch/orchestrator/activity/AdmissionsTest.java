package dev.backstitch.orchestrator.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.BatchResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What becomes of attempts that ask for quota.
final class AdmissionsTest {
  private static final QuotaUse USE =
      QuotaUse.read("octocat", "core", Lane.BULK, QuotaRules.DEFAULT);

  private final AtomicInteger begun = new AtomicInteger();

  private Bench bench() {
    return new Bench(registry ->
        registry.activity(
            Fetch.class, (_, _) -> "done " + begun.incrementAndGet(), AdmissionsTest::asking));
  }

  private static ActivityOptions asking(ActivityOptions options) {
    return options.withInFlight(1).withQuota(Fetch.class, _ -> USE);
  }

  @Test
  void a_call_that_must_wait_is_deferred_to_its_time_and_not_begun() throws Exception {
    Instant until = Instant.parse("2030-01-01T00:00:00Z");
    try (Bench bench = bench()) {
      bench.gate = (_, _, _) -> new Admission.Wait(until, "1000 left");
      bench.submit(1, "any");

      assertThat(bench.next()).isEqualTo(new Event.ActivityDeferred(1, 1, "1000 left", until));
      assertThat(begun.get()).isZero();

      bench.gate = (_, _, _) -> new Admission.Granted(Permit.NONE);
      bench.submit(2, "any");
      assertThat(bench.next()).isInstanceOf(Event.ActivityCompleted.class);
    }
  }

  @Test
  void a_call_that_is_refused_fails_for_good() throws Exception {
    try (Bench bench = bench()) {
      bench.gate = (_, _, _) -> new Admission.Refused("6 in a row");
      bench.submit(1, "any");

      assertThat(bench.next())
          .isInstanceOfSatisfying(
              Event.ActivityFailed.class,
              failed -> assertThat(failed.failure().type()).isEqualTo("quota-refused"));
      assertThat(begun.get()).isZero();
    }
  }

  @Test
  void a_batch_asks_once() throws Exception {
    AtomicInteger asks = new AtomicInteger();
    try (Bench bench =
        new Bench(registry ->
            registry.batchActivity(
                Fetch.class,
                new BatchPolicy<>(10, Duration.ofMillis(5), Fetch::group),
                items ->
                    items.stream()
                        .<BatchResult<String>>map(_ -> new BatchResult.Done<>("done"))
                        .toList(),
                AdmissionsTest::asking))) {
      bench.gate =
          (_, _, _) -> {
            asks.incrementAndGet();
            return new Admission.Granted(Permit.NONE);
          };
      bench.executor.submit(
          IntStream.range(0, 10).mapToObj(i -> bench.attempt(i, 1, "any")).toList());
      for (int i = 0; i < 10; i++) {
        assertThat(bench.next()).isInstanceOf(Event.ActivityCompleted.class);
      }
      assertThat(asks.get()).isEqualTo(1);
    }
  }

  @Test
  void a_need_that_throws_fails_its_call() throws Exception {
    try (Bench bench =
        new Bench(registry ->
            registry.activity(
                Fetch.class,
                (_, _) -> "done",
                options ->
                    options.withQuota(
                        Fetch.class,
                        (List<? extends Fetch> _) -> {
                          throw new IllegalStateException("no owner");
                        })))) {
      bench.submit(1, "any");

      assertThat(bench.next())
          .isInstanceOfSatisfying(
              Event.ActivityAttemptFailed.class,
              failed -> assertThat(failed.failure().message()).contains("no owner"));
    }
  }
}
